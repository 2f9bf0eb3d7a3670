#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace trifle::cli {

/// Flags as they were given: name without dashes → value.
using Flags = std::map<std::string, std::string, std::less<>>;

/// One thing that can be set by a flag, an environment variable and the configuration file alike.
struct Setting {
  const char* flag;      ///< "week-start"; the environment has TRIFLE_WEEK_START, the file week_start
  const char* fallback;  ///< the family's default
  const char* help;
  bool shown;  ///< in --help: false for what belongs to backends of later versions
};

/// All of them, in the order of --help. `config` and `source` are not among them: they say where to look.
const std::vector<Setting>& all_settings();

/// What holds for this run: flag over environment over configuration file over default. A value.
class Settings {
 public:
  /// Reads the environment and the configuration file. Throws Failure.
  static Settings resolve(const Flags& flags);

  /// The value of a setting of `all_settings`.
  const std::string& operator[](std::string_view flag) const;

  /// Whether somebody chose it; false for a default.
  bool chosen(std::string_view flag) const;

 private:
  std::map<std::string, std::string, std::less<>> chosen_;
};

}  // namespace trifle::cli
