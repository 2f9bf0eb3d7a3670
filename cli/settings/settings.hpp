#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trifle::cli {

/// Flags as they were given: name without dashes → value.
using Flags = std::map<std::string, std::string, std::less<>>;

/// One thing that can be set by a flag, an environment variable and the configuration file alike.
struct Setting {
  const char* flag;      ///< "week-start"; the environment has TRIFLE_WEEK_START, the file week_start
  const char* fallback;  ///< the family's default
  const char* help;
  bool shown;  ///< in --help: false for what changes nothing in this version
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

  /// Whether a flag of the command line chose it.
  bool flagged(std::string_view flag) const;

  /// Chooses a value, as if somebody had.
  void choose(const std::string& flag, std::string value) { chosen_[flag] = std::move(value); }

  /// Whether a yes-or-no setting says yes. Throws Failure where it says something else.
  bool is_on(std::string_view flag) const;

 private:
  std::map<std::string, std::string, std::less<>> chosen_;
  std::set<std::string, std::less<>> flagged_;
};

}  // namespace trifle::cli
