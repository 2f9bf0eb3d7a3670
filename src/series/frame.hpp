#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>

namespace trifle::stats::detail {

/// The rows of a series without their numbers: what it shares with the series that are computed from it.
struct Frame {
  Bucketing bucketing;
  std::optional<Granularity> granularity;
  std::vector<std::int64_t> buckets;  ///< unix seconds, ascending

  /// A bit per row that is partial; empty where none is.
  std::vector<std::uint64_t> partial = {};

  /// The first and the last bucket that was asked for, also where blank ones were left out. Not in an empty series.
  std::int64_t first = 0;
  std::int64_t last = 0;

  /// When it was read, if that is known.
  std::optional<std::int64_t> now = {};
};

/// Marks as partial the buckets that were not over at `now`.
void mark_open(Frame& frame);

/// Adds another series' marks, row by row.
void merge_marks(std::vector<std::uint64_t>& marks, const std::vector<std::uint64_t>& others);

}  // namespace trifle::stats::detail
