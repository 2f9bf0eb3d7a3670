#pragma once

#include <cstdint>
#include <string_view>

#include <trifle/stats/bucketing.hpp>

namespace trifle::cli {

/// From the wall clock of a zone to instants. A wall time that happens twice means the first; one that is skipped means
/// as much later as was skipped. Remembers the minute, for lines come in order.
class LocalClock {
 public:
  explicit LocalClock(stats::Bucketing bucketing) : bucketing_(std::move(bucketing)) {}

  /// `wall` counts the seconds of the wall clock as if it were UTC's. Throws InvalidArgument outside the years 1 to
  /// 9999.
  stats::Instant instant(std::int64_t wall);

 private:
  std::int64_t offset_at(std::int64_t unix_seconds) const;

  stats::Bucketing bucketing_;
  std::int64_t minute_ = INT64_MIN;
  std::int64_t offset_ = 0;
};

}  // namespace trifle::cli
