#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <map>

#include "failure.hpp"
#include "import/line_splitter.hpp"

namespace trifle::cli {
namespace {

// Bounds what one line may cost, however the expression backtracks: well under a second.
constexpr std::uint32_t kMatchLimit = 1'000'000;

std::string error_text(int error) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(error, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

class PatternSplitter final : public LineSplitter {
 public:
  explicit PatternSplitter(const std::string& pattern) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), PCRE2_UTF | PCRE2_DUPNAMES,
                              &error, &offset, nullptr));
    if (!code_)
      throw UsageError("--regex is wrong at character " + std::to_string(offset + 1) + ": " + error_text(error));
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);  // where it can't, matching works without
    data_.reset(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
    context_.reset(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(context_.get(), kMatchLimit);
    read_names();
    if (names_.empty())
      throw UsageError("--regex has no named group: (?<time>…), (?<key>…), (?<number_NAME>…), (?<label_NAME>…)");
  }

  const std::vector<std::string>& names() const noexcept override { return names_; }

  std::string_view split(std::string_view line, std::vector<std::string_view>& fields) override {
    const int found = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(line.data()), line.size(), 0,
                                  PCRE2_NO_UTF_CHECK, data_.get(), context_.get());
    if (found == PCRE2_ERROR_NOMATCH) return "it doesn't match the expression";
    if (found < 0) {
      wrong_ = "the expression can't be matched: " + error_text(found);
      return wrong_;
    }
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data_.get());
    fields.assign(names_.size(), {});
    for (const auto& [group, index] : groups_) {
      const PCRE2_SIZE from = ends[2 * group];
      const PCRE2_SIZE to = ends[2 * group + 1];
      if (from != PCRE2_UNSET && from <= to) fields[index] = line.substr(from, to - from);
    }
    return {};
  }

 private:
  void read_names() {
    std::uint32_t count = 0;
    std::uint32_t size = 0;
    PCRE2_SPTR table = nullptr;
    pcre2_pattern_info(code_.get(), PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code_.get(), PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code_.get(), PCRE2_INFO_NAMETABLE, &table);
    std::map<std::string, std::size_t> known;
    for (std::uint32_t i = 0; i < count; ++i, table += size) {
      const std::uint32_t group = (std::uint32_t{table[0]} << 8) | table[1];
      const std::string name = reinterpret_cast<const char*>(table + 2);
      const auto [at, is_new] = known.emplace(name, names_.size());
      if (is_new) names_.push_back(name);
      groups_.emplace_back(group, at->second);
    }
  }

  std::unique_ptr<pcre2_code, Free> code_;
  std::unique_ptr<pcre2_match_data, Free> data_;
  std::unique_ptr<pcre2_match_context, Free> context_;
  std::vector<std::string> names_;
  std::vector<std::pair<std::uint32_t, std::size_t>> groups_;  // group of the expression → field
  std::string wrong_;
};

}  // namespace

std::unique_ptr<LineSplitter> pattern_splitter(const std::string& pattern) {
  return std::make_unique<PatternSplitter>(pattern);
}

}  // namespace trifle::cli
