#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "time/rules.hpp"

namespace trifle::stats::detail {

/// The buckets from that of `from` to that of `to`, ascending: the family's steps, each followed by a walk back, so
/// that buckets it would step over are there too. Throws InvalidArgument rather than make more than `max_points`, at
/// once where the range alone tells, and where a bucket starts outside the years 1 to 9999. As unix seconds, or as
/// instants.
std::vector<std::int64_t> timeline_seconds(const Bucketing::Rules& rules, Instant from, Instant to,
                                           const Granularity& granularity, std::size_t max_points);
std::vector<Instant> timeline(const Bucketing::Rules& rules, Instant from, Instant to, const Granularity& granularity,
                              std::size_t max_points);

/// The bucket that follows the one that starts at `bucket`: where that one ends.
std::int64_t bucket_after(const Bucketing::Rules& rules, std::int64_t bucket, const Granularity& granularity);

}  // namespace trifle::stats::detail
