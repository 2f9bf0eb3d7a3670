#pragma once

#include <string>
#include <vector>

#include "settings/settings.hpp"

namespace trifle::cli {

/// A flag of a command of the family.
struct GoFlag {
  enum class Kind { Text, Boolean, Integer, Duration };
  std::string name;
  Kind kind = Kind::Text;
  std::string help;
  std::string fallback;
};

/// What parsing made of a command line.
struct GoFlags {
  Flags given;
  bool help = false;  ///< -h or --help came
};

/// Parses as Go's `flag` package does: `-x v`, `--x v`, `-x=v`; booleans stand alone or need `=`; parsing stops at the
/// first argument that is no flag, or after `--`. Throws UsageError with Go's texts.
GoFlags parse_go_flags(const std::vector<std::string>& arguments, const std::vector<GoFlag>& known);

/// The list that -h and a wrong flag print.
std::string go_usage(const std::string& command, const std::vector<GoFlag>& known);

}  // namespace trifle::cli
