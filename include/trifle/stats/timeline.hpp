#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <trifle/stats/instant.hpp>
#include <trifle/stats/number.hpp>

namespace trifle::stats {

/// One bucket of one path, to be drawn.
struct TimelinePoint {
  Instant at;                   ///< the bucket's start
  std::optional<Number> value;  ///< absent where the bucket has no number and TimelineOptions ask for none
  bool partial = false;         ///< the bucket was not over, see Series::partial

  friend bool operator==(const TimelinePoint&, const TimelinePoint&) = default;
};

using TimelinePoints = std::vector<TimelinePoint>;

/// Points by path, ascending by path; every path has a point for each bucket.
using Timeline = std::map<std::string, TimelinePoints>;

/// The same in slices, the oldest first.
using SlicedTimeline = std::map<std::string, std::vector<TimelinePoints>>;

/// What stands in a bucket that has no number.
enum class Missing {
  Absent,    ///< nothing
  Zero,      ///< 0, as in the sister libraries
  Previous,  ///< the last value before it in the series; nothing before the first
};

struct TimelineOptions {
  Missing missing = Missing::Absent;

  /// Given each bucket's number, or nothing where it has none; what it returns takes its place. `missing` fills what is
  /// still absent afterwards.
  std::function<std::optional<Number>(Instant at, std::optional<Number> value)> transform = {};
};

/// How many runs of equally many consecutive buckets; the oldest that are left over belong to none.
struct Slices {
  std::size_t slices = 1;  ///< at least 1, at most the number of buckets
};

}  // namespace trifle::stats
