#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <trifle/stats/comparison.hpp>

#include "slow_series.hpp"

/// `Series::compare` done the slow and obvious way: each bucket is looked for among all of the earlier ones, by what a
/// calendar and a clock on the wall show. The zone's own rules (where a day begins, how far it is from UTC) are taken
/// for granted; they have their own reference.
class SlowComparison {
 public:
  using Number = trifle::stats::Number;
  using Values = SlowSeries::Values;
  using Instants = std::vector<trifle::stats::Instant>;

  /// The buckets that were read, and what the first of the range is where blank ones were left out.
  struct Side {
    const SlowSeries& series;
    Instants at;
    trifle::stats::Instant first;
  };

  SlowComparison(const trifle::stats::Bucketing& bucketing, const trifle::stats::Granularity& granularity, Side later,
                 Side earlier, std::optional<trifle::stats::CompareShift> shift);

  const trifle::stats::CompareShift& shift() const { return shift_; }

  /// For each row of the later series the row of the earlier one.
  const std::vector<std::optional<std::size_t>>& rows() const { return rows_; }

  Values previous(const std::string& path) const;
  Values difference(const std::string& path) const;
  Values ratio(const std::string& path) const;

 private:
  /// What must be equal: a day and a second of it on the wall, a day and which of its buckets, or a year and which of
  /// its buckets.
  struct Place {
    std::chrono::sys_days day;
    std::int64_t part = 0;
    bool again = false;  ///< the clock showed this before on that day, or the day will begin once more
    bool operator==(const Place&) const = default;
  };
  enum class By { Clock, PartOfDay, PartOfYear };

  std::chrono::sys_seconds wall(trifle::stats::Instant at) const;
  std::int64_t part_of_year(trifle::stats::Instant at) const;
  trifle::stats::Instant beginning(std::chrono::sys_days day) const;
  Place place(trifle::stats::Instant at, By by) const;
  std::optional<Place> before(Place place, By by) const;
  trifle::stats::CompareShift apart(trifle::stats::Instant earlier, trifle::stats::Instant later) const;
  By by() const;

  const trifle::stats::Bucketing bucketing_;
  const trifle::stats::Granularity granularity_;
  const SlowSeries& later_;
  const SlowSeries& earlier_;
  trifle::stats::CompareShift shift_;
  std::vector<std::optional<std::size_t>> rows_;
};
