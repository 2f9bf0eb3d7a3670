#include "time/cell_cache.hpp"

#include <algorithm>
#include <utility>

#include <trifle/stats/error.hpp>

#include "time/rules.hpp"

namespace trifle::stats::detail {
namespace {

// The shortest that a cell usually lasts, in seconds.
std::int64_t usual_width(const std::vector<Granularity>& granularities) {
  std::int64_t width = kDay;
  for (const Granularity& granularity : granularities) {
    const std::int64_t count = granularity.count();
    switch (granularity.unit()) {
      case Granularity::Unit::Second:
        width = std::min(width, std::min(count, kMinute));
        break;
      case Granularity::Unit::Minute:
        width = std::min(width, std::min(count * kMinute, kHour));
        break;
      case Granularity::Unit::Hour:
        width = std::min(width, count * kHour);
        break;
      default:
        break;
    }
  }
  return width;
}

constexpr std::int64_t kSomeRecentTime = 1'767'225'600;  // 2026-01-01: only which slots are used depends on it

}  // namespace

CellCache::CellCache(const Bucketing& bucketing, std::vector<Granularity> granularities)
    : bucketing_(bucketing),
      granularities_(std::move(granularities)),
      cells_(std::size_t{1} << kSlotBits),
      floors_(cells_.size() * granularities_.size()),
      floors_of_day_(granularities_.size()),
      per_second_((std::uint64_t{1} << (64 - kSlotBits)) / static_cast<std::uint64_t>(usual_width(granularities_)) + 1),
      phase_(static_cast<std::uint64_t>(bucketing_.rules().zone().at(kSomeRecentTime).offset)) {}

const Cell& CellCache::fill(std::size_t slot, std::int64_t unix_seconds) {
  const Instant at = Instant::from_unix(unix_seconds);
  const Bucketing::Rules& rules = bucketing_.rules();
  const LocalTime local = rules.local(unix_seconds, recent_);

  // Within one local day and one stretch, days and longer stay as they are, and the shorter ones have a constant width.
  const bool same_day = day_.holds(unix_seconds);
  Stretch day = day_;
  day_ = {};  // until all floors are known
  if (!same_day) {
    const std::int64_t midnight = unix_seconds - local.second;
    day = {std::max(recent_.start, midnight), std::min(recent_.end, midnight + kDay), recent_.offset};
  }
  std::int64_t start = day.start;
  std::int64_t end = day.end;
  for (std::size_t i = 0; i < granularities_.size(); ++i) {
    if (same_day && granularities_[i].unit() >= Granularity::Unit::Day) continue;
    const Bucketing::Rules::Step step = rules.step(local, granularities_[i]);
    if (step.bucket < kFirstSecond || step.bucket > kLastSecond) bucketing_.floor(at, granularities_[i]);  // throws
    floors_of_day_[i] = step.bucket;
    start = std::max(start, step.start);
    end = std::min(end, step.end);
  }
  day_ = day;

  const std::span<std::int64_t> floors(floors_.data() + slot * granularities_.size(), granularities_.size());
  std::copy(floors_of_day_.begin(), floors_of_day_.end(), floors.begin());
  cells_[slot] = {start, end, floors};
  return cells_[slot];
}

}  // namespace trifle::stats::detail
