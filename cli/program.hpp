#pragma once

#include <string>
#include <vector>

namespace trifle::cli {

/// Runs the program with the arguments after its name, and returns its exit code. Throws nothing.
int run_program(const std::vector<std::string>& arguments);

}  // namespace trifle::cli
