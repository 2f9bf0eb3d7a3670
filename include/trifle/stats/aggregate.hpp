#pragma once

#include <cstddef>

namespace trifle::stats {

/// How many numbers become one.
///
/// `Sum` of integers is an integer, exactly, as long as it fits 64 bits; beyond that, and where a fraction takes part,
/// it is the double next to the sum, whatever the order of the numbers: ten times 0.1 is 1. `Mean` is the double next
/// to the exact quotient, or nearly so; `Min` and `Max` are numbers that were there. What no double can hold is absent.
/// `Count` is how many numbers there were, 0 of none.
enum class Aggregator { Sum, Mean, Min, Max, Count };

/// What stands for the sum and the mean of nothing.
enum class Empty {
  Absent,  ///< nothing
  Zero,    ///< 0, as in the sister libraries; the minimum and maximum of nothing stay absent
};

/// An aggregate of each of several slices: as many consecutive runs of equally many buckets. Where the buckets can't be
/// shared out evenly, the oldest that are left over belong to no slice.
struct AggregateOptions {
  std::size_t slices = 1;  ///< at least 1, at most the number of buckets
  Empty empty = Empty::Absent;
};

}  // namespace trifle::stats
