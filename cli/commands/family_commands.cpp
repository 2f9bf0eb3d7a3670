#include "commands/family_commands.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "commands/family_settings.hpp"
#include "commands/key_counts.hpp"
#include "failure.hpp"
#include "input/payload_json.hpp"
#include "output/json_text.hpp"
#include "output/series_text.hpp"
#include "settings/connect.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

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
  const std::string file = flag_value(flags, "values-file");
  if (file.empty()) return flag_value(flags, "values");
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
  console.write(setup_complete(settings));
  return kOk;
}

int family_push(const Flags& flags, const Settings& given, Console& console) {
  const std::string key = flag_value(flags, "key");
  if (key.empty()) throw Failure("--key is required");
  const std::string json = read_values(flags);
  if (trimmed(json).empty()) throw Failure("--values or --values-file is required");
  const stats::Payload values = parse_payload(json);
  const std::string typed(trimmed(flag_value(flags, "at")));
  const stats::Instant at = typed.empty() ? stats::Instant::from_unix(stats::Instant::now().unix_seconds())
                                          : resolve_family_instant(typed, "at");
  const std::string mode = lower(trimmed(flag_value(flags, "mode")));
  if (!mode.empty() && mode != "track" && mode != "assert") {
    throw Failure("invalid mode: " + flag_value(flags, "mode") + " (expected track or assert)");
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
  if (driver_name(settings) == "api") {
    console.write(indented_sorted(R"({"data":{"created":"ok"}})"));
    return kOk;
  }
  const std::string told = typed.empty() ? at.to_string() : typed;
  console.write(indented_sorted("{\"data\":{\"at\":" + json_string(told) + ",\"key\":" + json_string(key) +
                                ",\"values\":" + json + "}}"));
  return kOk;
}

int family_get(const Flags& flags, const Settings& given, Console& console) {
  const TimeRange range = resolve_family_range(flag_value(flags, "from"), flag_value(flags, "to"));
  const Settings settings = with_family_driver(given, flags);
  Stats stats = connect(settings, Access::Read);
  const std::string granularity = resolve_granularity(flag_value(flags, "granularity"), stats.options());
  std::string key = flag_value(flags, "key");
  if (key.empty()) {
    if (driver_name(settings) != "api") throw Failure("--key is required for local drivers");
    key = "__system__key__";
  }
  const std::string skip = lower(flag_value(flags, "skip-blanks"));
  const bool skip_blanks = skip == "true" || skip == "t" || skip == "1";
  const auto series = with_hint(
      settings, [&] { return stats.values(key, range.from, range.to, granularity, {.skip_blanks = skip_blanks}); });
  console.write(series_json(series));
  return kOk;
}

int family_keys(const Flags& flags, const Settings& given, Console& console) {
  const TimeRange range = resolve_family_range(flag_value(flags, "from"), flag_value(flags, "to"));
  const Settings settings = with_family_driver(given, flags);
  Stats stats = connect(settings, Access::Read);
  const std::string granularity = resolve_granularity(flag_value(flags, "granularity"), stats.options());
  const std::string key(trimmed(flag_value(flags, "key")));
  const auto counts = with_hint(settings, [&] { return count_keys(stats, key, range, granularity); });
  const std::string format = lower(flag_value(flags, "format"));
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
