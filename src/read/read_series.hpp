#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>
#include <trifle/stats/instant.hpp>
#include <trifle/stats/series.hpp>

#include "driver/backend.hpp"
#include "series/columns.hpp"

namespace trifle::stats::detail {

/// What to read: one key's buckets from the one of `from` to the one of `to`, both included.
struct ReadRange {
  std::string_view key;
  Granularity granularity;
  Instant from;
  Instant to;
};

/// How a call reads.
struct ReadLimits {
  std::size_t max_points = 10'000'000;
  bool skip_blanks = false;               ///< leave out the buckets without a number
  std::string_view operation = "values";  ///< for errors
  std::optional<Instant> now = {};        ///< buckets that are not over then are partial
};

/// The rows of the range as columns. All spellings of one path and of one bucket are summed; leaves that are no numbers
/// and rows off the timeline are left out. Throws InvalidArgument for more than `max_points` buckets, CorruptData
/// naming the row that can't be read, and what the driver throws.
std::shared_ptr<const Columns> read_columns(Backend& driver, const ReadRange& range, const Bucketing& bucketing,
                                            const ReadLimits& limits);

/// The same, as a Series.
Series read_series(Backend& driver, std::string_view key, const Granularity& granularity, Instant from, Instant to,
                   const Bucketing& bucketing, std::size_t max_points, bool skip_blanks,
                   std::optional<Instant> now = {});

}  // namespace trifle::stats::detail
