#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include <trifle/stats/comparison.hpp>

#include "series/frame.hpp"

namespace trifle::stats::detail {

/// Where a bucket stands in the calendar: what two buckets have in common that are compared.
struct CalendarPlace {
  std::int64_t major = 0;  ///< a local day; or a year
  std::int64_t minor = 0;  ///< the clock, in seconds of that day; or the bucket's number within the day or the year
  bool repeated = false;   ///< the clock showed this before on the same day; or the day will begin once more

  friend auto operator<=>(const CalendarPlace&, const CalendarPlace&) = default;
};

/// How far the first bucket of `earlier` lies before that of `later`, see CompareOptions. Neither is empty.
CompareShift shift_between(const Frame& earlier, const Frame& later);

/// For each row of `later` the row of `earlier` that it is compared with, if there is one. Both have the same zone,
/// week start and granularity.
std::vector<std::optional<std::size_t>> counterparts(const Frame& later, const Frame& earlier,
                                                     const CompareShift& shift);

}  // namespace trifle::stats::detail
