#pragma once

#include <string>
#include <vector>

#include "console.hpp"

namespace trifle::cli {

/// `trifle metrics …`: the commands of the family's own program, with its flags, outputs and exit codes. `arguments` is
/// what follows `metrics`.
int run_family(const std::vector<std::string>& arguments, Console& console);

}  // namespace trifle::cli
