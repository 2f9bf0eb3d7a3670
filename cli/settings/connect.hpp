#pragma once

#include <string>
#include <vector>

#include <trifle/stats.hpp>

#include "settings/settings.hpp"

namespace trifle::cli {

/// What a command does with the database. Files are meant; the database of a server must be there in any case.
enum class Access {
  Read,    ///< the file must exist, and nothing is created
  Write,   ///< the file must exist
  Create,  ///< the file is made where it is missing
  Load,    ///< the same, for many large writes
};

/// The driver's name, in lower case: what was chosen; else what `--db` or `--dsn` lets us infer; else "".
std::string driver_name(const Settings& settings);

/// The driver that a URL of this scheme belongs to: "postgres" for "postgresql"; an unknown scheme as it is.
std::string driver_of_scheme(const std::string& scheme);

/// The options that the settings say. Throws Failure for one that is wrong.
stats::Options stats_options(const Settings& settings);

/// For the api driver, the time zone and the granularity that the source has, where none was chosen: it makes the
/// buckets. Asks the server. For all others the settings as they are.
Settings with_source(Settings settings);

/// Opens the backend. Throws Failure where a setting is wrong or the backend isn't in this version, and what the
/// library throws.
Stats connect(const Settings& settings, Access access);

/// Zone and week start alone, for commands that need no database.
stats::Bucketing bucketing_of(const Settings& settings);

std::chrono::weekday weekday_of(const std::string& text);

/// The parts of a comma-separated list, trimmed, without the empty ones.
std::vector<std::string> split_list(const std::string& text);

/// What the family's `metrics setup` prints when it is done.
std::string setup_complete(const Settings& settings);

/// `message`, with the command that creates the table where that is what is missing.
std::string with_setup_hint(const std::string& message, const Settings& settings);

}  // namespace trifle::cli
