#pragma once

#include <string>
#include <vector>

#include <trifle/stats.hpp>

#include "settings/settings.hpp"

namespace trifle::cli {

/// What a command does with the database.
enum class Access {
  Read,    ///< the file must exist, and nothing is created
  Write,   ///< the file must exist
  Create,  ///< the file is made where it is missing
  Load,    ///< the same, for many large writes
};

/// The driver's name, in lower case: what was chosen; else what `--db` lets us infer; else "".
std::string driver_name(const Settings& settings);

/// The options that the settings say. Throws Failure for one that is wrong.
stats::Options stats_options(const Settings& settings);

/// Opens the backend. Throws Failure where a setting is wrong or the backend isn't in this version, and what the
/// library throws.
Stats connect(const Settings& settings, Access access);

/// Zone and week start alone, for commands that need no database.
stats::Bucketing bucketing_of(const Settings& settings);

std::chrono::weekday weekday_of(const std::string& text);

/// The parts of a comma-separated list, trimmed, without the empty ones.
std::vector<std::string> split_list(const std::string& text);

/// `message`, with the command that creates the table where that is what is missing.
std::string with_setup_hint(const std::string& message, const Settings& settings);

}  // namespace trifle::cli
