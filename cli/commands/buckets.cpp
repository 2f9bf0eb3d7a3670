#include "commands/buckets_lines.hpp"
#include "commands/commands.hpp"
#include "failure.hpp"
#include "interrupt.hpp"
#include "output/json_text.hpp"
#include "output/table.hpp"
#include "settings/connect.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

std::vector<stats::Granularity> granularities_of(const BucketsRequest& request, const Settings& settings) {
  std::vector<std::string> names = split_list(lower(request.granularity));
  if (names.empty() && !request.to.empty()) names = {resolve_granularity("", stats_options(settings))};
  if (names.empty()) names = stats_options(settings).granularities;
  std::vector<stats::Granularity> granularities;
  for (const auto& name : names) granularities.emplace_back(name);
  return granularities;
}

struct Answer {
  std::string granularity;
  std::vector<stats::Instant> buckets;
};

std::string as_json(const std::vector<Answer>& answers, const stats::Bucketing& bucketing) {
  std::string json = "{\"buckets\":[";
  bool first = true;
  for (const auto& answer : answers) {
    for (const auto bucket : answer.buckets) {
      json += first ? "" : ",";
      first = false;
      json += "{\"at\":" + json_string(bucketing.format(bucket)) +
              ",\"granularity\":" + json_string(answer.granularity) +
              ",\"unix\":" + std::to_string(bucket.unix_seconds()) + "}";
    }
  }
  return indented(json + "],\"time_zone\":" + json_string(bucketing.time_zone()) + "}");
}

Table as_table(const std::vector<Answer>& answers, const stats::Bucketing& bucketing) {
  Table table{{"granularity", "at", "unix"}, {}};
  for (const auto& answer : answers) {
    for (const auto bucket : answer.buckets) {
      table.rows.push_back({answer.granularity, bucketing.format(bucket), std::to_string(bucket.unix_seconds())});
    }
  }
  return table;
}

}  // namespace

int run(const BucketsRequest& request, const Settings& settings, Console& console) {
  const stats::Bucketing bucketing = bucketing_of(settings);
  if (request.instant == "-") {
    if (!request.to.empty()) throw UsageError("lines from standard input say themselves where they end: no --to");
    return answer_lines(request, settings, console);
  }
  const stats::Instant at = parse_instant(request.instant, bucketing, "the instant");
  std::vector<Answer> answers;
  for (const auto& granularity : granularities_of(request, settings)) {
    if (request.to.empty()) {
      answers.push_back({granularity.to_string(), {bucketing.floor(at, granularity)}});
    } else {
      const stats::Instant to = parse_instant(request.to, bucketing, "--to");
      answers.push_back({granularity.to_string(), bucketing.timeline(at, to, granularity)});
    }
  }
  if (request.output == OutputFormat::Csv) {
    console.write(as_table(answers, bucketing).csv());
  } else if (request.output == OutputFormat::Table ||
             (request.output == OutputFormat::Auto && console.out_is_terminal())) {
    console.write(as_table(answers, bucketing).aligned());
  } else {
    console.write(as_json(answers, bucketing));
  }
  return kOk;
}

}  // namespace trifle::cli
