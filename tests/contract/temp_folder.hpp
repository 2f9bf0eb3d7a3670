#pragma once

#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace trifle::stats::test {

/// A folder of its own for one test, removed with everything in it.
class TempFolder {
 public:
  TempFolder() {
    auto name = (std::filesystem::temp_directory_path() / "trifle-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    for (auto work = at_end_.rbegin(); work != at_end_.rend(); ++work) (*work)();
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

  /// To be done when it is removed, for what lives elsewhere: a database on a server. Must not throw.
  void at_end(std::function<void()> work) const { at_end_.push_back(std::move(work)); }

 private:
  std::filesystem::path path_;
  mutable std::vector<std::function<void()>> at_end_;
};

}  // namespace trifle::stats::test
