#pragma once

#include <string>

namespace trifle::cli {

/// What a command does, in a line or a few.
std::string command_summary(const std::string& command);

/// Examples and what else is worth knowing, below the flags.
std::string command_examples(const std::string& command);

/// What `trifle help` prints.
std::string program_usage();

/// What `trifle metrics help` prints.
std::string metrics_usage();

}  // namespace trifle::cli
