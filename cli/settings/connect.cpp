#include "settings/connect.hpp"

#include <array>
#include <charconv>

#include "failure.hpp"
#include "settings/drivers.hpp"
#include "settings/duration.hpp"
#include "settings/server_settings.hpp"
#include "settings/server_url.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

/// The spellings that mean the same driver.
std::string normalized(std::string_view text) {
  std::string name = lower(trimmed(text));
  if (name == "sqlite3") return "sqlite";
  if (name == "postgresql" || name == "pg") return "postgres";
  if (name == "mariadb") return "mysql";
  if (name == "mongodb" || name == "mongodb+srv") return "mongo";
  if (name == "valkey" || name == "rediss" || name == "redis+cluster" || name == "unix") return "redis";
  return name;
}

std::string inferred_from(const Settings& settings) {
  const std::string& db = settings["db"];
  if (is_url(db)) return driver_of_scheme(scheme_of(db));
  if (!db.empty()) return "sqlite";
  if (is_url(settings["dsn"])) return driver_of_scheme(scheme_of(settings["dsn"]));
  return settings["url"].empty() ? "" : "api";
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
  buffer.aggregate = settings.is_on("buffer-aggregate");
  buffer.async = settings.is_on("buffer-async");
  return buffer;
}

}  // namespace

std::string driver_of_scheme(const std::string& scheme) {
  const std::string name = normalized(scheme);
  return name == "http" || name == "https" ? "api" : name;
}

std::string driver_name(const Settings& settings) {
  const std::string chosen = normalized(settings["driver"]);
  return chosen.empty() ? inferred_from(settings) : chosen;
}

stats::Identity identity_of(const Settings& settings) {
  const std::string& text = settings["joined"];
  const std::string mode = lower(trimmed(text));
  if (mode.empty() || mode == "full") return stats::Identity::Full;
  if (mode == "partial") return stats::Identity::Partial;
  if (mode == "separated" || mode == "none" || mode == "null") return stats::Identity::Separated;
  throw Failure("invalid joined mode: " + text + " (full, partial or separated)");
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

Stats connect(const Settings& given, Access access) {
  const Settings settings = access == Access::Read ? with_source(given) : given;
  const std::string driver = driver_name(settings);
  if (driver.empty()) {
    throw Failure(
        "no database given: use --db FILE or a postgresql://, mysql://, redis://, mongodb:// or https:// URL (or "
        "TRIFLE_DB, or a source in the configuration file)");
  }
  if (driver == "sqlite") return Stats(sqlite_driver(settings, access), stats_options(settings));
  if (driver == "postgres") return Stats(postgres_driver(settings, access), stats_options(settings));
  if (driver == "mysql") return Stats(mysql_driver(settings, access), stats_options(settings));
  if (driver == "redis") return Stats(redis_driver(settings, access), stats_options(settings));
  if (driver == "mongo") return Stats(mongo_driver(settings, access), stats_options(settings));
  if (driver == "api") return Stats(api_driver(settings, access), stats_options(settings));
  throw Failure("unknown driver \"" + driver +
                "\": this version of trifle has sqlite, postgres, mysql, redis, mongo and api");
}

std::string setup_complete(const Settings& settings) {
  std::string driver = driver_name(settings);
  if (driver == "api") return "Api setup complete for " + api_url(settings) + "\n";
  driver.front() = static_cast<char>(driver.front() - 'a' + 'A');
  std::string_view table = trimmed(settings[driver == "Redis" ? "prefix" : "table"]);
  if (driver == "Mongo" && !trimmed(settings["collection"]).empty()) table = trimmed(settings["collection"]);
  return driver + " setup complete for " + std::string(table.empty() ? "(default)" : table) + "\n";
}

std::string with_setup_hint(const std::string& message, const Settings& settings) {
  const auto says = [&](const char* text) { return message.find(text) != std::string::npos; };
  const bool missing = says("no such table") || says("there is no table") || says("run setup first") ||
                       (says("relation") && says("does not exist")) || (says("Table") && says("doesn't exist"));
  if (!missing) return message;
  const std::string driver = driver_name(settings);
  return message + " (run: trifle metrics setup --driver " + driver + " --table " + settings["table"] +
         (driver == "sqlite" ? ")" : ", with the same connection)");
}

}  // namespace trifle::cli
