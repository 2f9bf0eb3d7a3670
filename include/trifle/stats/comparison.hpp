#pragma once

#include <optional>

#include <trifle/stats/granularity.hpp>
#include <trifle/stats/series.hpp>

namespace trifle::stats {

/// A series beside an earlier one, see Series::compare. All four have the buckets of the first, so that they can be
/// drawn or printed beside each other, bucket by bucket.
struct Comparison {
  Series current;
  Series previous;    ///< the earlier numbers, each in the bucket that it is compared with
  Series difference;  ///< current - previous, exact for integers; absent where either is
  Series ratio;       ///< current / previous: 1.1 is ten percent more; absent where either is, or previous is 0
};

/// How far back, by the calendar.
struct CompareShift {
  int count = 1;
  Granularity::Unit unit = Granularity::Unit::Day;
};

struct CompareOptions {
  /// Each bucket is compared with the one so far before it. Left out, it is as far as the first bucket that was
  /// read of the earlier series lies before the first of this one: whole years if it is just that, otherwise whole
  /// months, otherwise days, otherwise hours, minutes and seconds by the clock. State it for a range that is a month
  /// and four weeks away at once.
  std::optional<CompareShift> shift = {};
};

}  // namespace trifle::stats
