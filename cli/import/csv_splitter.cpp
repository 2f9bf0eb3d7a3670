#include <algorithm>

#include "failure.hpp"
#include "import/line_splitter.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

class CsvSplitter final : public LineSplitter {
 public:
  CsvSplitter(char delimiter, std::vector<std::string> names)
      : delimiter_(delimiter), wants_header_(names.empty()), names_(std::move(names)) {
    if (const auto twice = repeated(); !twice.empty()) throw UsageError("--columns names \"" + twice + "\" twice");
  }

  const std::vector<std::string>& names() const noexcept override { return names_; }
  bool wants_header() const noexcept override { return wants_header_; }

  std::string_view read_header(std::string_view line) override {
    if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);  // the mark that spreadsheets put first
    std::vector<std::string_view> fields;
    if (const auto wrong = cut(line, fields); !wrong.empty()) return wrong;
    names_.assign(fields.begin(), fields.end());
    wants_header_ = false;
    return repeated().empty() ? "" : "its header names a column twice";
  }

  std::string_view split(std::string_view line, std::vector<std::string_view>& fields) override {
    if (const auto wrong = cut(line, fields); !wrong.empty()) return wrong;
    if (fields.size() < names_.size()) return "too few columns";
    if (fields.size() > names_.size()) return "too many columns";
    return {};
  }

 private:
  std::string repeated() const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i].empty() || names_[i] == "-") continue;
      if (std::find(names_.begin() + static_cast<std::ptrdiff_t>(i) + 1, names_.end(), names_[i]) != names_.end()) {
        return printable(names_[i]);
      }
    }
    return {};
  }

  std::string_view cut(std::string_view line, std::vector<std::string_view>& fields) {
    fields.clear();
    unquoted_.clear();
    unquoted_.reserve(line.size());  // views into it must stay
    for (;;) {
      if (line.starts_with('"')) {
        line.remove_prefix(1);
        const std::size_t start = unquoted_.size();
        for (;;) {
          const auto quote = line.find('"');
          if (quote == std::string_view::npos)
            return "a quote that isn't closed (a line break inside of quotes can't be read)";
          unquoted_ += line.substr(0, quote);
          line.remove_prefix(quote + 1);
          if (!line.starts_with('"')) break;
          unquoted_ += '"';
          line.remove_prefix(1);
        }
        fields.push_back(std::string_view(unquoted_).substr(start));
        if (!line.empty() && line.front() != delimiter_) return "text after a closing quote";
      } else {
        const auto end = std::min(line.find(delimiter_), line.size());
        fields.push_back(line.substr(0, end));
        line.remove_prefix(end);
      }
      if (line.empty()) return {};
      line.remove_prefix(1);
    }
  }

  char delimiter_;
  bool wants_header_;
  std::vector<std::string> names_;
  std::string unquoted_;
};

}  // namespace

std::unique_ptr<LineSplitter> csv_splitter(char delimiter, std::vector<std::string> names) {
  return std::make_unique<CsvSplitter>(delimiter, std::move(names));
}

}  // namespace trifle::cli
