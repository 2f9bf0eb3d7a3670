#pragma once

#include <string>
#include <string_view>

namespace trifle::cli {

/// A variable of the environment; one that is blank counts as unset and gives "".
std::string environment(const std::string& name);

/// TRIFLE_WEEK_START for "week-start".
std::string environment_setting(std::string_view flag);

/// `~/x` in the user's home; other paths as they are.
std::string expand_home(const std::string& path);

}  // namespace trifle::cli
