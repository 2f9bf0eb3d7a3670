#include "read/read_series.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "read/series_sink.hpp"
#include "time/timeline.hpp"

namespace trifle::stats::detail {

std::shared_ptr<const Columns> read_columns(Backend& driver, const ReadRange& range, const Bucketing& bucketing,
                                            const ReadLimits& limits) {
  constexpr std::size_t kMostRows = std::numeric_limits<std::uint32_t>::max();  // a column counts rows in 32 bits
  auto buckets = timeline_seconds(bucketing.rules(), range.from, range.to, range.granularity,
                                  std::min(limits.max_points, kMostRows));
  const std::string granularity = range.granularity.to_string();
  SeriesSink sink(
      {.operation = limits.operation, .backend = driver.traits().backend, .key = range.key, .granularity = granularity},
      std::move(buckets));
  if (!sink.buckets().empty())
    driver.read({.key = range.key, .granularity = granularity, .buckets = sink.buckets()}, sink);
  return std::make_shared<const Columns>(
      sink.finish(bucketing, range.granularity, limits.skip_blanks,
                  limits.now ? std::optional(limits.now->unix_seconds()) : std::nullopt));
}

Series read_series(Backend& driver, std::string_view key, const Granularity& granularity, Instant from, Instant to,
                   const Bucketing& bucketing, std::size_t max_points, bool skip_blanks, std::optional<Instant> now) {
  return Series(read_columns(driver, {.key = key, .granularity = granularity, .from = from, .to = to}, bucketing,
                             {.max_points = max_points, .skip_blanks = skip_blanks, .now = now}));
}

}  // namespace trifle::stats::detail
