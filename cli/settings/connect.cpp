#include "settings/connect.hpp"

#include <unistd.h>

#include <array>
#include <charconv>

#include <trifle/stats/drivers/sqlite.hpp>

#include "failure.hpp"
#include "settings/duration.hpp"
#include "settings/environment.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::array<std::string_view, 5> kLaterDrivers = {"api", "postgres", "mysql", "redis", "mongo"};

// The WAL is copied back less often while an import runs: it grows to 32 MB at most.
constexpr int kPagesBetweenCheckpoints = 8000;

/// The spellings that mean the same driver.
std::string normalized(std::string_view text) {
  std::string name = lower(trimmed(text));
  if (name == "sqlite3") return "sqlite";
  if (name == "postgresql" || name == "pg") return "postgres";
  if (name == "mariadb") return "mysql";
  if (name == "mongodb") return "mongo";
  return name;
}

std::string inferred_from(const std::string& db) {
  const auto scheme = db.find("://");
  if (scheme == std::string::npos) return db.empty() ? "" : "sqlite";
  const std::string name = normalized(db.substr(0, scheme));
  return name == "http" || name == "https" ? "api" : name;
}

stats::Identity identity_of(const std::string& text) {
  const std::string mode = lower(trimmed(text));
  if (mode.empty() || mode == "full") return stats::Identity::Full;
  if (mode == "partial") return stats::Identity::Partial;
  if (mode == "separated" || mode == "none" || mode == "null") return stats::Identity::Separated;
  throw Failure("invalid joined mode: " + text + " (full, partial or separated)");
}

bool boolean_of(const Settings& settings, const char* flag) {
  const std::string text = lower(trimmed(settings[flag]));
  if (text == "true" || text == "1" || text == "t" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "f" || text == "no" || text == "off") return false;
  throw Failure(std::string("invalid ") + flag + ": " + settings[flag] + " (true or false)");
}

bool buffer_is_on(const std::string& text) {
  const std::string mode = lower(trimmed(text));
  return !(mode == "never" || mode == "off" || mode == "disabled" || mode == "false" || mode == "no");
}

stats::BufferOptions buffer_of(const Settings& settings) {
  stats::BufferOptions buffer;
  buffer.enabled = buffer_is_on(settings["buffer-mode"]);
  const auto duration = parse_duration(trimmed(settings["buffer-duration"]));
  if (!duration) throw Failure("invalid buffer-duration: " + settings["buffer-duration"] + " (e.g. 1s, 500ms)");
  buffer.duration = *duration;
  const std::string_view size = trimmed(settings["buffer-size"]);
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), buffer.size);
  if (error != std::errc() || end != size.data() + size.size()) {
    throw Failure("invalid buffer-size: " + settings["buffer-size"] + " (a whole number)");
  }
  buffer.aggregate = boolean_of(settings, "buffer-aggregate");
  buffer.async = boolean_of(settings, "buffer-async");
  return buffer;
}

stats::Driver sqlite_driver(const Settings& settings, Access access) {
  using Options = stats::drivers::SqliteOptions;
  const std::string path = expand_home(settings["db"]);
  if (path.empty()) throw Failure("--db is required for sqlite driver");
  Options options{
      .identity = identity_of(settings["joined"]), .table = settings["table"], .separator = settings["separator"]};
  const bool is_file = path != ":memory:";
  const bool creates = access == Access::Create || access == Access::Load;
  if (is_file && !creates && ::access(path.c_str(), F_OK) != 0) {
    throw Failure("no database at " + path + " (run: trifle setup --db " + path + ")");
  }
  if (creates) {
    options.open = Options::Open::CreateIfMissing;
    if (access == Access::Load) options.wal_autocheckpoint = kPagesBetweenCheckpoints;
  } else if (access == Access::Write || !is_file) {
    options.open = Options::Open::MustExist;
  } else {
    // A writable file is opened for writing even to read: only such a connection can tidy up the WAL behind itself.
    options.open = ::access(path.c_str(), W_OK) == 0 ? Options::Open::MustExist : Options::Open::ReadOnly;
    options.journal = Options::Journal::Keep;
  }
  return stats::drivers::sqlite(path, std::move(options));
}

}  // namespace

std::string driver_name(const Settings& settings) {
  const std::string chosen = normalized(settings["driver"]);
  return chosen.empty() ? inferred_from(settings["db"]) : chosen;
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const std::string_view part = trimmed(rest.substr(0, comma));
    if (!part.empty()) parts.emplace_back(part);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return parts;
}

std::chrono::weekday weekday_of(const std::string& text) {
  static constexpr std::array<std::string_view, 7> kDays = {"sunday",   "monday", "tuesday", "wednesday",
                                                            "thursday", "friday", "saturday"};
  const std::string day = lower(trimmed(text));
  for (unsigned i = 0; i < kDays.size(); ++i) {
    if (day == kDays[i] || day == kDays[i].substr(0, 3)) return std::chrono::weekday(i);
  }
  throw Failure("invalid week-start: " + text);
}

stats::Options stats_options(const Settings& settings) {
  stats::Options options;
  options.time_zone = settings["timezone"];
  options.week_start = weekday_of(settings["week-start"]);
  if (auto granularities = split_list(settings["granularities"]); !granularities.empty()) {
    options.granularities = std::move(granularities);
  }
  options.buffer = buffer_of(settings);
  // A command ends when it is done and its status says how that went: nothing is to be gained by writing later.
  options.buffer.enabled = false;
  return options;
}

stats::Bucketing bucketing_of(const Settings& settings) {
  return stats::Bucketing(settings["timezone"], weekday_of(settings["week-start"]));
}

Stats connect(const Settings& settings, Access access) {
  const std::string driver = driver_name(settings);
  if (driver.empty())
    throw Failure("no database given: use --db FILE (or TRIFLE_DB, or a source in the configuration file)");
  for (const auto later : kLaterDrivers) {
    if (driver == later) {
      throw Failure("the " + driver + " driver is not in this version of trifle: use --driver sqlite --db FILE");
    }
  }
  if (driver != "sqlite") throw Failure("unknown driver \"" + driver + "\": this version of trifle has sqlite");
  return Stats(sqlite_driver(settings, access), stats_options(settings));
}

std::string with_setup_hint(const std::string& message, const Settings& settings) {
  if (message.find("no such table") == std::string::npos) return message;
  return message + " (run: trifle metrics setup --driver " + driver_name(settings) + " --table " + settings["table"] +
         ")";
}

}  // namespace trifle::cli
