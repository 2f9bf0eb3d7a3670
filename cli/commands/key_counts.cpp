#include "commands/key_counts.hpp"

#include <map>

#include "output/json_text.hpp"

namespace trifle::cli {
namespace {

constexpr std::string_view kSystemKey = "__system__key__";

}  // namespace

std::vector<stats::KeyCount> count_keys(Stats& stats, const std::string& key, const TimeRange& range,
                                        const std::string& granularity) {
  if (key.empty() || key == kSystemKey) return stats.keys(range.from, range.to, granularity);
  const stats::Series series = stats.values(key, range.from, range.to, granularity, {.skip_blanks = true});
  std::map<std::string, std::int64_t> buckets;
  for (const auto& [at, row] : series) {
    for (auto& path : row.paths()) ++buckets[std::move(path)];
  }
  std::vector<stats::KeyCount> counts;
  counts.reserve(buckets.size());
  for (const auto& [path, count] : buckets) counts.push_back({path, count});
  return counts;
}

std::string key_counts_json(const std::vector<stats::KeyCount>& counts, const TimeRange& range,
                            const std::string& granularity) {
  std::string json = "{\"paths\":[";
  for (const auto& [key, count] : counts) {
    if (json.back() != '[') json += ',';
    json += "{\"metric_key\":" + json_string(key) + ",\"observations\":" + std::to_string(count) + "}";
  }
  json += "],\"status\":\"ok\",\"timeframe\":{\"from\":" + json_string(range.from_text) +
          ",\"granularity\":" + json_string(granularity) + ",\"to\":" + json_string(range.to_text) +
          "},\"total_paths\":" + std::to_string(counts.size()) + "}";
  return indented(json);
}

Table key_counts_table(const std::vector<stats::KeyCount>& counts) {
  Table table{{"metric_key", "observations"}, {}};
  for (const auto& [key, count] : counts) table.rows.push_back({key, std::to_string(count)});
  return table;
}

}  // namespace trifle::cli
