#pragma once

#include <string>
#include <utility>
#include <vector>

namespace trifle::stats::test {

/// Runs a program, found by PATH, to its end and gives what it printed. `environment` is added to ours; standard error
/// goes into the file `complaints`, since a server that the program leaves behind must not hold a pipe of ours. Throws
/// std::runtime_error with what was said there where it fails.
std::string program_output(std::vector<std::string> words, const std::string& complaints,
                           const std::vector<std::pair<std::string, std::string>>& environment = {});

}  // namespace trifle::stats::test
