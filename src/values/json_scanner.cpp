#include "values/json_scanner.hpp"

#include <cstdint>
#include <optional>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

std::optional<std::uint32_t> hex4(const char* p, const char* end) noexcept {
  if (end - p < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<std::uint32_t>(digit);
  }
  return value;
}

bool is_high_surrogate(std::uint32_t unit) noexcept { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(std::uint32_t unit) noexcept { return unit >= 0xDC00 && unit <= 0xDFFF; }

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
    return;
  }
  if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      out += static_cast<char>(0xE0 | point >> 12);
    } else {
      out += static_cast<char>(0xF0 | point >> 18);
      out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    }
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
  }
  out += static_cast<char>(0x80 | (point & 0x3F));
}

}  // namespace

bool JsonScanner::escape() noexcept {
  if (p_ == end_) return false;
  switch (*p_) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      ++p_;
      return true;
    case 'u':
      break;
    default:
      return false;
  }
  const auto unit = hex4(p_ + 1, end_);
  if (!unit || is_low_surrogate(*unit)) return false;
  p_ += 5;
  if (!is_high_surrogate(*unit)) return true;
  if (end_ - p_ < 6 || p_[0] != '\\' || p_[1] != 'u') return false;
  const auto second = hex4(p_ + 2, end_);
  if (!second || !is_low_surrogate(*second)) return false;
  p_ += 6;
  return true;
}

bool JsonScanner::string(std::string_view& raw) noexcept {
  if (!take('"')) return false;
  const char* const first = p_;
  bool ascii = true;
  while (p_ != end_) {
    const auto c = static_cast<unsigned char>(*p_);
    if (c == '"') {
      raw = {first, static_cast<std::size_t>(p_ - first)};
      if (!ascii && !valid_utf8(raw)) {
        p_ = first;
        return false;
      }
      ++p_;
      return true;
    }
    if (c < 0x20) return false;
    ascii = ascii && c < 0x80;
    ++p_;
    if (c == '\\' && !escape()) return false;
  }
  return false;
}

bool JsonScanner::digits() noexcept {
  const char* const first = p_;
  while (p_ != end_ && *p_ >= '0' && *p_ <= '9') ++p_;
  return p_ != first;
}

bool JsonScanner::number(std::string_view& raw) noexcept {
  const char* const first = p_;
  take('-');
  if (!take('0') && !digits()) return false;
  if (take('.') && !digits()) return false;
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (!digits()) return false;
  }
  raw = {first, static_cast<std::size_t>(p_ - first)};
  return true;
}

bool JsonScanner::word(std::string_view& raw) noexcept {
  const std::string_view rest{p_, static_cast<std::size_t>(end_ - p_)};
  for (const std::string_view known : {"true", "false", "null"}) {
    if (!rest.starts_with(known)) continue;
    raw = rest.substr(0, known.size());
    p_ += known.size();
    return true;
  }
  return false;
}

bool JsonScanner::value(int depth) noexcept {
  std::string_view raw;
  const char opening = peek();
  if (opening == '"') return string(raw);
  if (opening == '-' || (opening >= '0' && opening <= '9')) return number(raw);
  if (opening != '{' && opening != '[') return word(raw);
  if (depth == 0) return false;
  ++p_;
  const char closing = opening == '{' ? '}' : ']';
  skip_space();
  if (take(closing)) return true;
  for (;;) {
    if (opening == '{') {
      if (!string(raw)) return false;
      skip_space();
      if (!take(':')) return false;
      skip_space();
    }
    if (!value(depth - 1)) return false;
    skip_space();
    if (take(closing)) return true;
    if (!take(',')) return false;
    skip_space();
  }
}

void append_unescaped(std::string& out, std::string_view raw) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out += raw[i];
      continue;
    }
    switch (const char c = raw[++i]; c) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': {
        const char* const end = raw.data() + raw.size();
        std::uint32_t point = *hex4(raw.data() + i + 1, end);
        i += 4;
        if (is_high_surrogate(point)) {
          point = 0x10000 + ((point - 0xD800) << 10) + (*hex4(raw.data() + i + 3, end) - 0xDC00);
          i += 6;
        }
        append_utf8(out, point);
        break;
      }
      default:
        out += c;
    }
  }
}

}  // namespace trifle::stats::detail
