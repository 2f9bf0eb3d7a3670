#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <trifle/stats/bucketing.hpp>

#include "time/zone.hpp"

namespace trifle::stats::detail {

/// A time in which every configured floor is constant; not always the longest such.
struct Cell {
  std::int64_t start = 0;  ///< unix seconds, [start, end)
  std::int64_t end = 0;
  std::span<const std::int64_t> floors;  ///< one bucket per granularity, in the configured order; owned by the cache

  bool holds(std::int64_t at) const noexcept { return start <= at && at < end; }
};

/// Remembers the cells of recent instants, so that most events cost one comparison and no calendar arithmetic. A
/// direct-mapped table of 64 cells: events that are late or shuffled by up to 64 widths of the shortest granularity
/// still hit. Not thread-safe: one for each user.
class CellCache {
 public:
  CellCache(const Bucketing& bucketing, std::vector<Granularity> granularities);
  CellCache(CellCache&&) noexcept = default;
  CellCache& operator=(CellCache&&) noexcept = default;

  const std::vector<Granularity>& granularities() const noexcept { return granularities_; }

  /// The cell that holds this instant. It and its floors stay valid until the next `find` that isn't for this cell.
  /// Throws InvalidArgument for an instant, or one with a bucket, outside the years 1 to 9999.
  const Cell& find(std::int64_t unix_seconds) {
    const std::size_t slot = slot_of(unix_seconds);
    const Cell& cell = cells_[slot];
    return cell.holds(unix_seconds) ? cell : fill(slot, unix_seconds);
  }

 private:
  static constexpr int kSlotBits = 6;

  // (at / width) mod 64 without a division: the fraction of at ÷ (64 · width), as a 64-bit fixed-point number.
  std::size_t slot_of(std::int64_t unix_seconds) const noexcept {
    return ((static_cast<std::uint64_t>(unix_seconds) + phase_) * per_second_) >> (64 - kSlotBits);
  }

  const Cell& fill(std::size_t slot, std::int64_t unix_seconds);

  Bucketing bucketing_;
  std::vector<Granularity> granularities_;
  std::vector<Cell> cells_;
  std::vector<std::int64_t> floors_;         // of all cells, one after the other
  std::vector<std::int64_t> floors_of_day_;  // at the last miss; those of days and longer hold for all of day_
  std::uint64_t per_second_;                 // 2^64 ÷ (64 · width)
  std::uint64_t phase_;                      // the zone's usual offset: days begin at local midnight
  Stretch recent_;                           // around the last miss
  Stretch day_;                              // its local day, as far as it is in that stretch
};

}  // namespace trifle::stats::detail
