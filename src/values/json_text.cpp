#include "values/json_text.hpp"

#include <algorithm>
#include <cstddef>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

/// The segments of a stored name, one by one.
class Segments {
 public:
  explicit Segments(std::string_view stored) noexcept : rest_(stored) {}

  bool next(std::string_view& segment) noexcept {
    if (done_) return false;
    const std::size_t dot = rest_.find('.');
    segment = rest_.substr(0, dot);
    done_ = dot == std::string_view::npos;
    if (!done_) rest_.remove_prefix(dot + 1);
    return true;
  }

 private:
  std::string_view rest_;
  bool done_ = false;
};

int compare_literal(std::string_view a, std::string_view b) {
  if (a.find('%') == std::string_view::npos && b.find('%') == std::string_view::npos) return a.compare(b);
  return literal_segment(a).compare(literal_segment(b));
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

bool nested_before(std::string_view stored_a, std::string_view stored_b) {
  Segments a(stored_a);
  Segments b(stored_b);
  for (std::string_view x, y;;) {
    const bool more_a = a.next(x);
    const bool more_b = b.next(y);
    if (!more_a || !more_b) return more_b;
    if (const int order = compare_literal(x, y); order != 0) return order < 0;
  }
}

NestedJson::NestedJson(std::string& out, Names names) : out_(out), names_(names) { out_ += '{'; }

void NestedJson::add(std::string_view stored, std::string_view json) {
  if (has_pending_) {
    const bool is_map =
        stored.size() > pending_.size() && stored.starts_with(pending_) && stored[pending_.size()] == '.';
    if (!is_map) write_pending();
  }
  pending_.assign(stored);
  pending_value_.assign(json);
  has_pending_ = true;
}

void NestedJson::finish() {
  if (has_pending_) write_pending();
  has_pending_ = false;
  close_to(0);
  out_ += '}';
}

void NestedJson::write_pending() {
  const std::string_view name = pending_;
  const std::size_t leaf = name.rfind('.') + 1;  // npos + 1 is 0
  const std::string_view maps = name.substr(0, leaf);

  // As much of the open maps as the new name goes through; both end in a dot, so the cut is after the last common one.
  const auto [differs, unused] = std::mismatch(open_.begin(), open_.end(), maps.begin(), maps.end());
  const auto common = static_cast<std::size_t>(differs - open_.begin());
  const std::size_t shared = common == 0 ? 0 : open_.rfind('.', common - 1) + 1;
  close_to(shared);
  for (std::size_t begin = shared; begin < leaf;) {
    const std::size_t dot = name.find('.', begin);
    write_name(name.substr(begin, dot - begin));
    out_ += '{';
    first_ = true;
    begin = dot + 1;
  }
  open_.assign(maps);
  write_name(name.substr(leaf));
  out_ += pending_value_;
}

void NestedJson::close_to(std::size_t length) {
  for (std::size_t i = length; i < open_.size(); ++i) {
    if (open_[i] != '.') continue;
    out_ += '}';
    first_ = false;
  }
  open_.resize(length);
}

void NestedJson::write_name(std::string_view segment) {
  if (!first_) out_ += ',';
  first_ = false;
  if (segment.find('%') == std::string_view::npos) {
    append_json_string(out_, segment);
  } else {
    append_json_string(out_, names_ == Names::Spelled ? spelled(segment) : literal_segment(segment));
  }
  out_ += ':';
}

}  // namespace trifle::stats::detail
