#include <array>

#include "import/line_splitter.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kTimeLength = 19;  // 2026-11-24 13:33:01

/// Cuts the next word off.
std::string_view take_word(std::string_view& rest) {
  const auto space = rest.find(' ');
  const auto word = rest.substr(0, space);
  rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
  return word;
}

class DpkgSplitter final : public LineSplitter {
 public:
  const std::vector<std::string>& names() const noexcept override { return names_; }

  // 2026-11-24 13:33:01 status installed libc6:amd64 2.36
  // 2026-11-24 13:33:01 upgrade libc6:amd64 2.35 2.36
  // 2026-11-24 13:33:01 startup archives unpack
  // 2026-11-24 13:33:01 conffile /etc/x keep
  std::string_view split(std::string_view line, std::vector<std::string_view>& fields) override {
    if (line.size() < kTimeLength + 2 || line[4] != '-' || line[kTimeLength] != ' ') return "no time and no action";
    const auto time = line.substr(0, kTimeLength);
    std::string_view rest = line.substr(kTimeLength + 1);
    const auto word = take_word(rest);
    if (word.empty()) return "no action";
    if (word == "status") {
      const auto status = take_word(rest);
      const auto package = take_word(rest);
      if (status.empty() || package.empty()) return "no status and package";
      fields.assign({time, {}, status, package, take_word(rest)});
      return {};
    }
    const auto package = take_word(rest);
    if (package.empty()) return "an action without a subject";
    const auto before = take_word(rest);
    const auto after = take_word(rest);
    fields.assign({time, word, {}, package, after.empty() ? before : after});
    return {};
  }

 private:
  std::vector<std::string> names_{"time", "action", "status", "package", "version"};
};

}  // namespace

std::unique_ptr<LineSplitter> dpkg_splitter() { return std::make_unique<DpkgSplitter>(); }

}  // namespace trifle::cli
