#include "values/row_scanner.hpp"

#include <cstddef>
#include <utility>

#include "values/json_scanner.hpp"
#include "values/number_text.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

class RowScan {
 public:
  RowScan(std::string_view text, std::vector<RowLeaf>& leaves) : scanner_(text), leaves_(leaves) {}

  std::optional<RowFault> run() {
    scanner_.skip_space();
    if (scanner_.peek() != '{') return fault("is not a JSON object");
    if (!object(JsonScanner::kMaxDepth)) return fault(reason_);
    scanner_.skip_space();
    if (!scanner_.at_end()) return fault("goes on after the object");
    return std::nullopt;
  }

 private:
  RowFault fault(std::string_view what) const {
    return {RowFault::Kind::Corrupt,
            "the stored text " + std::string(what) + ", at byte " + std::to_string(scanner_.offset())};
  }

  bool broken(std::string_view reason) {
    if (reason_.empty()) reason_ = reason;
    return false;
  }

  bool object(int depth) {
    if (depth == 0) return broken("is nested too deeply");
    scanner_.take('{');
    scanner_.skip_space();
    if (scanner_.take('}')) return true;
    for (;;) {
      if (!member(depth)) return false;
      scanner_.skip_space();
      if (scanner_.take('}')) return true;
      if (!scanner_.take(',')) return broken("has neither a comma nor a closing brace after a value");
      scanner_.skip_space();
    }
  }

  bool member(int depth) {
    std::string_view raw;
    if (!scanner_.string(raw)) return broken("has no valid name where one is due");
    const std::size_t outer = path_.size();
    name_.clear();
    append_unescaped(name_, raw);
    path_ += canonical(name_);
    scanner_.skip_space();
    if (!scanner_.take(':')) return broken("has no colon after a name");
    scanner_.skip_space();
    if (scanner_.peek() == '{') {
      path_ += '.';
      if (!object(depth - 1)) return false;
    } else if (!leaf()) {
      return false;
    }
    path_.resize(outer);
    return true;
  }

  bool leaf() {
    const char* const first = scanner_.position();
    RowLeaf leaf;
    std::string_view raw;
    switch (scanner_.peek()) {
      case '"':
        if (!scanner_.string(raw)) return broken("has a string that is not valid");
        leaf.kind = RowLeaf::Kind::Text;
        if (raw.find('\\') == std::string_view::npos) {
          leaf.number = read_number(raw);
        } else {
          name_.clear();
          append_unescaped(name_, raw);
          leaf.number = read_number(name_);
        }
        break;
      case '[':
        if (!scanner_.value()) return broken("has an array that is not valid");
        leaf.kind = RowLeaf::Kind::Array;
        break;
      case 't':
      case 'f':
      case 'n':
        if (!scanner_.word(raw)) return broken("has no valid value where one is due");
        leaf.kind = raw == "true" ? RowLeaf::Kind::True : raw == "false" ? RowLeaf::Kind::False : RowLeaf::Kind::Null;
        break;
      default:
        if (!scanner_.number(raw)) return broken("has no valid value where one is due");
        leaf.kind = RowLeaf::Kind::Number;
        leaf.number = read_number(raw);
        if (!leaf.number) return broken("has a number that is out of range");
    }
    leaf.name = path_;
    leaf.raw = {first, static_cast<std::size_t>(scanner_.position() - first)};
    leaves_.push_back(std::move(leaf));
    return true;
  }

  JsonScanner scanner_;
  std::vector<RowLeaf>& leaves_;
  std::string path_;  // canonical stored names of the open objects, each with a dot behind it
  std::string name_;  // scratch
  std::string reason_;
};

}  // namespace

std::optional<RowFault> scan_row(std::string_view text, std::vector<RowLeaf>& leaves) {
  leaves.clear();
  return RowScan(text, leaves).run();
}

}  // namespace trifle::stats::detail
