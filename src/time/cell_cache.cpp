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
      fresh_(granularities_.size()),
      per_second_((std::uint64_t{1} << (64 - kSlotBits)) / static_cast<std::uint64_t>(usual_width(granularities_)) + 1),
      phase_(static_cast<std::uint64_t>(bucketing_.rules().zone().at(kSomeRecentTime).offset)) {}

const Cell& CellCache::fill(std::size_t slot, std::int64_t unix_seconds) {
  const Instant at = Instant::from_unix(unix_seconds);
  const Bucketing::Rules& rules = bucketing_.rules();
  const LocalTime local = rules.local(unix_seconds, recent_);

  // Within one stretch and one local day all floors of a granularity are steps of constant width.
  std::int64_t start = std::max(recent_.start, unix_seconds - local.second);
  std::int64_t end = std::min(recent_.end, unix_seconds - local.second + kDay);
  for (std::size_t i = 0; i < granularities_.size(); ++i) {
    const Bucketing::Rules::Step step = rules.step(local, granularities_[i]);
    if (step.bucket < kFirstSecond || step.bucket > kLastSecond) bucketing_.floor(at, granularities_[i]);  // throws
    fresh_[i] = step.bucket;
    start = std::max(start, step.start);
    end = std::min(end, step.end);
  }

  const std::span<std::int64_t> floors(floors_.data() + slot * granularities_.size(), granularities_.size());
  std::copy(fresh_.begin(), fresh_.end(), floors.begin());
  cells_[slot] = {start, end, floors};
  return cells_[slot];
}

}  // namespace trifle::stats::detail
