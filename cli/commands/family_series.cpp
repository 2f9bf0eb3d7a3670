#include "commands/family_series.hpp"

#include <algorithm>
#include <charconv>

#include <trifle/stats/result_text.hpp>

#include "commands/family_settings.hpp"
#include "commands/series_payload.hpp"
#include "failure.hpp"
#include "output/nearest.hpp"
#include "output/text.hpp"
#include "settings/connect.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

struct Asked {
  Question question;
  stats::Series series;
};

std::size_t slices_of(const Flags& flags) {
  const std::string text = flag_value(flags, "slices");
  if (text.empty()) return 1;
  std::int64_t slices = 0;
  const char* start = text.data() + (text.starts_with('+') ? 1 : 0);
  std::from_chars(start, text.data() + text.size(), slices);  // the flag's parser has seen that it is a number
  if (slices < 1) throw Failure("slices must be a positive integer.");
  return static_cast<std::size_t>(slices);
}

/// Reads what the flags ask for. `required` is said where something is missing.
Asked ask(const Flags& flags, const Settings& given, const char* required, bool has_rest) {
  Asked asked;
  asked.question.key = trimmed(flag_value(flags, "key"));
  asked.question.path = trimmed(flag_value(flags, "value-path"));
  if (asked.question.key.empty() || asked.question.path.empty() || !has_rest) throw Failure(required);
  asked.question.slices = slices_of(flags);
  if (asked.question.path.find('*') != std::string::npos) {
    throw Failure("wildcards are not supported in value_path " + in_quotes(asked.question.path));
  }
  asked.question.range = resolve_family_range(flag_value(flags, "from"), flag_value(flags, "to"));
  const Settings settings = with_family_driver(given, flags);
  Stats stats = connect(settings, Access::Read);
  asked.question.granularity = resolve_granularity(flag_value(flags, "granularity"), stats.options());
  try {
    asked.series = stats.values(asked.question.key, asked.question.range.from, asked.question.range.to,
                                asked.question.granularity);
  } catch (const stats::Error& e) {
    throw Failure(with_setup_hint(e.what(), settings));
  }
  return asked;
}

std::string available(const Asked& asked) {
  const auto paths = asked.series.paths();
  return paths.empty() ? std::string() : " (available: " + nearest_text(asked.question.path, paths) + ")";
}

void print(const Asked& asked, const std::vector<std::string>& matched, const Members& members, const Flags& flags,
           Console& console) {
  const std::string format = lower(flag_value(flags, "format"));
  if (format == "table") {
    console.write(paths_table(asked.series, matched).family());
  } else if (format == "csv") {
    console.write(paths_table(asked.series, matched).csv());
  } else {
    console.write(payload_json(asked.series, asked.question, matched, members));
  }
}

/// The paths with numbers that the question means; throws where there are none.
std::vector<std::string> matched_by(const Asked& asked) {
  const auto known = asked.series.paths();
  std::vector<std::string> matched;
  for (auto& path : asked.series.expand(asked.question.path)) {
    if (std::binary_search(known.begin(), known.end(), path)) matched.push_back(std::move(path));
  }
  if (matched.empty()) {
    throw Failure("no matching data found for path " + printable(asked.question.path) + " in the selected timeframe" +
                  available(asked));
  }
  return matched;
}

constexpr const char* kPathRequired = "--key and --value-path are required";

}  // namespace

int family_aggregate(const Flags& flags, const Settings& given, Console& console) {
  const std::string word = lower(trimmed(flag_value(flags, "aggregator")));
  const Asked asked = ask(flags, given, "--key, --value-path, and --aggregator are required", !word.empty());
  const auto aggregator = aggregator_of(word);
  if (!aggregator || *aggregator == stats::Aggregator::Count) {
    throw Failure("unsupported aggregator " + in_quotes(flag_value(flags, "aggregator")) + " (sum, mean, min or max)");
  }
  const auto known = asked.series.paths();
  const std::string& path = asked.question.path;
  if (known.empty()) throw Failure("no data available for path " + printable(path) + " in the selected timeframe");
  if (std::find(known.begin(), known.end(), path) == known.end())
    throw Failure("unknown path: " + printable(path) + available(asked));
  // Of nothing the family has a sum and a mean of 0.
  const auto values =
      asked.series.aggregate(path, *aggregator, {.slices = asked.question.slices, .empty = stats::Empty::Zero});
  print(asked, {path}, aggregate_members(word, values), flags, console);
  return kOk;
}

int family_timeline(const Flags& flags, const Settings& given, Console& console) {
  const Asked asked = ask(flags, given, kPathRequired, true);
  const auto matched = matched_by(asked);
  const auto& [key, path, range, granularity, slices] = asked.question;
  const stats::TimelineOptions options{.missing = stats::Missing::Zero};
  const auto& bucketing = asked.series.bucketing();
  const std::string result =
      slices == 1
          ? stats::to_json(only(asked.series.timeline(path, options), matched), bucketing)
          : stats::to_json(only(asked.series.timeline(path, stats::Slices{slices}, options), matched), bucketing);
  print(asked, matched, formatter_members("timeline", result), flags, console);
  return kOk;
}

int family_category(const Flags& flags, const Settings& given, Console& console) {
  const Asked asked = ask(flags, given, kPathRequired, true);
  const auto matched = matched_by(asked);
  const auto& [key, path, range, granularity, slices] = asked.question;
  const stats::CategoryOptions options{.empty = stats::Empty::Zero};
  std::string result;
  if (slices == 1) {
    result = stats::to_json(only(asked.series.category(path, options), matched));
  } else {
    auto all = asked.series.category(path, stats::Slices{slices}, options);
    for (auto& category : all) category = only(std::move(category), matched);
    result = stats::to_json(all);
  }
  print(asked, matched, formatter_members("category", result), flags, console);
  return kOk;
}

}  // namespace trifle::cli
