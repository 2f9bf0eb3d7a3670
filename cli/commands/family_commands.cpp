#include "commands/family_commands.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "commands/key_counts.hpp"
#include "failure.hpp"
#include "input/payload_json.hpp"
#include "output/json_text.hpp"
#include "output/series_text.hpp"
#include "settings/connect.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

std::string value_of(const Flags& flags, std::string_view name) {
  const auto found = flags.find(name);
  return found == flags.end() ? std::string() : found->second;
}

/// The family's default is the HTTP API; the driver isn't inferred from --db here.
Settings with_family_driver(const Settings& settings, const Flags& flags) {
  if (!trimmed(settings["driver"]).empty()) return settings;
  Flags chosen = flags;
  chosen["driver"] = "api";
  return Settings::resolve(chosen);
}

/// Runs `work` and adds to its error how a missing table is made.
template <class Work>
auto with_hint(const Settings& settings, const Work& work) {
  try {
    return work();
  } catch (const stats::Error& e) {
    throw Failure(with_setup_hint(e.what(), settings));
  }
}

std::string read_values(const Flags& flags) {
  const std::string file = value_of(flags, "values-file");
  if (file.empty()) return value_of(flags, "values");
  errno = 0;
  std::ifstream input(file, std::ios::binary);
  std::ostringstream text;
  if (input) text << input.rdbuf();
  if (!input && errno != 0) throw Failure("read payload file: " + file + ": " + std::strerror(errno));
  return text.str();
}

}  // namespace

int family_setup(const Flags& flags, const Settings& given, Console& console) {
  const Settings settings = with_family_driver(given, flags);
  const std::string driver = driver_name(settings);
  constexpr std::array<std::string_view, 5> kLocal = {"sqlite", "postgres", "mysql", "redis", "mongo"};
  if (std::find(kLocal.begin(), kLocal.end(), driver) == kLocal.end()) {
    throw Failure("setup is only supported for local drivers (sqlite, postgres, mysql, redis, mongo)");
  }
  Stats stats = connect(settings, Access::Create);
  stats.setup();
  const std::string_view table = trimmed(settings["table"]);
  console.write("Sqlite setup complete for " + std::string(table.empty() ? "(default)" : table) + "\n");
  return kOk;
}

int family_push(const Flags& flags, const Settings& given, Console& console) {
  const std::string key = value_of(flags, "key");
  if (key.empty()) throw Failure("--key is required");
  const std::string json = read_values(flags);
  if (trimmed(json).empty()) throw Failure("--values or --values-file is required");
  const stats::Payload values = parse_payload(json);
  const std::string typed(trimmed(value_of(flags, "at")));
  const stats::Instant at = typed.empty() ? stats::Instant::from_unix(stats::Instant::now().unix_seconds())
                                          : resolve_family_instant(typed, "at");
  const std::string mode = lower(trimmed(value_of(flags, "mode")));
  if (!mode.empty() && mode != "track" && mode != "assert") {
    throw Failure("invalid mode: " + value_of(flags, "mode") + " (expected track or assert)");
  }

  const Settings settings = with_family_driver(given, flags);
  Stats stats = connect(settings, Access::Write);
  with_hint(settings, [&] {
    if (mode == "assert") {
      stats.assert_values(key, at, values);
    } else {
      stats.track(key, at, values);
    }
    stats.flush();  // what is told below is in the database
  });
  const std::string told = typed.empty() ? at.to_string() : typed;
  console.write(indented_sorted("{\"data\":{\"at\":" + json_string(told) + ",\"key\":" + json_string(key) +
                                ",\"values\":" + json + "}}"));
  return kOk;
}

int family_get(const Flags& flags, const Settings& given, Console& console) {
  const TimeRange range = resolve_family_range(value_of(flags, "from"), value_of(flags, "to"));
  const Settings settings = with_family_driver(given, flags);
  Stats stats = connect(settings, Access::Read);
  const std::string granularity = resolve_granularity(value_of(flags, "granularity"), stats.options());
  const std::string key = value_of(flags, "key");
  if (key.empty()) throw Failure("--key is required for local drivers");
  const std::string skip = lower(value_of(flags, "skip-blanks"));
  const bool skip_blanks = skip == "true" || skip == "t" || skip == "1";
  const auto series = with_hint(
      settings, [&] { return stats.values(key, range.from, range.to, granularity, {.skip_blanks = skip_blanks}); });
  console.write(series_json(series));
  return kOk;
}

int family_keys(const Flags& flags, const Settings& given, Console& console) {
  const TimeRange range = resolve_family_range(value_of(flags, "from"), value_of(flags, "to"));
  const Settings settings = with_family_driver(given, flags);
  Stats stats = connect(settings, Access::Read);
  const std::string granularity = resolve_granularity(value_of(flags, "granularity"), stats.options());
  const std::string key(trimmed(value_of(flags, "key")));
  const auto counts = with_hint(settings, [&] { return count_keys(stats, key, range, granularity); });
  const std::string format = lower(value_of(flags, "format"));
  if (format == "table") {
    console.write(key_counts_table(counts).family());
  } else if (format == "csv") {
    console.write(key_counts_table(counts).csv());
  } else {
    console.write(key_counts_json(counts, range, granularity));
  }
  return kOk;
}

}  // namespace trifle::cli
