#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace trifle::test {

/// What a run of the program left behind.
struct Run {
  int code = -1;  ///< exit code; 128 + n where signal n ended it
  std::string out;
  std::string err;
};

/// How to run it.
struct Setting {
  std::string input = {};                                             ///< standard input
  std::vector<std::pair<std::string, std::string>> environment = {};  ///< beside HOME, PATH and a UTF-8 locale
  bool terminal = false;  ///< standard output and error are a terminal of 60 columns; all is in `out`
  /// Typed on that terminal, which is then the program's own, once it has printed "Password: ".
  std::string password = {};
};

/// A folder of its own for each test, also the program's HOME and working folder; gone afterwards.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& content) const;
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const { return std::filesystem::exists(path_ / name); }

  /// Runs `trifle` with these arguments to its end.
  Run trifle(const std::vector<std::string>& arguments, const Setting& setting = {}) const;

  /// Starts it and returns at once, with its standard input open for writing.
  struct Started {
    pid_t child;
    int input;
    int err;
  };
  Started start(const std::vector<std::string>& arguments) const;
  /// Waits for it; `err` is what it said.
  static Run finish(const Started& started);

 private:
  std::filesystem::path path_;
};

}  // namespace trifle::test
