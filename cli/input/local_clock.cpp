#include "input/local_clock.hpp"

namespace trifle::cli {
namespace {

constexpr std::int64_t kDay = 86'400;

}  // namespace

std::int64_t LocalClock::offset_at(std::int64_t unix_seconds) const {
  return bucketing_.utc_offset(stats::Instant::from_unix(unix_seconds)).count();
}

stats::Instant LocalClock::instant(std::int64_t wall) {
  const std::int64_t minute = wall / 60;
  if (minute != minute_) {
    // Around a change of the clocks the offset of a day before and of a day after are the two candidates.
    const std::int64_t before = offset_at(wall - kDay);
    const std::int64_t after = offset_at(wall + kDay);
    offset_ = before;
    if (before != after && offset_at(wall - before) != before && offset_at(wall - after) == after) offset_ = after;
    minute_ = minute;
  }
  return stats::Instant::from_unix(wall - offset_);
}

}  // namespace trifle::cli
