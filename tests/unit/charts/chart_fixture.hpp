#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "charts/chart_data.hpp"

namespace trifle::test {

using Numbers = std::vector<std::optional<stats::Number>>;
inline constexpr std::nullopt_t kNone = std::nullopt;

/// A chart of buckets from an instant on.
inline cli::ChartData chart_of(const char* from, const char* granularity, std::vector<cli::ChartLine> lines,
                               const stats::Bucketing& bucketing = stats::Bucketing()) {
  cli::ChartData data{.key = "k",
                      .bucketing = bucketing,
                      .granularity = stats::Granularity(granularity),
                      .starts = {},
                      .end = {},
                      .lines = std::move(lines)};
  const std::size_t points = data.lines.empty() ? 0 : data.lines.front().values.size();
  stats::Instant at = stats::Instant::parse(from);
  for (std::size_t i = 0; i < points; ++i) {
    data.starts.push_back(at);
    at = cli::end_of_bucket(bucketing, at, data.granularity);
  }
  data.end = at;
  return data;
}

inline Numbers many(std::size_t count, stats::Number value = 1) {
  return Numbers(count, std::optional<stats::Number>(value));
}

}  // namespace trifle::test
