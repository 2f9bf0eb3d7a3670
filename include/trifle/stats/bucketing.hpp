#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/granularity.hpp>
#include <trifle/stats/instant.hpp>

namespace trifle::stats {

/// Which bucket an instant belongs to, in one time zone: what the family calls Nocturnal, by its 2.7 rules.
///
/// Days, weeks and longer start at local midnight (or the first instant after it, where midnight is skipped); hours
/// count real hours from there. Weeks count from the first `week_start` day of the year; the days before it are a
/// partial week that starts on 1 January. Pure, without a clock. Immutable, cheap to copy, shared freely by threads.
class Bucketing {
 public:
  /// GMT, weeks from Monday. Reads no file.
  Bucketing();

  /// `time_zone` is a name of the IANA database ("Europe/Bratislava", "UTC", "GMT"), read from the system's zone files.
  /// Throws InvalidArgument for a name that isn't one, and where the machine has no zone files (naming the package).
  explicit Bucketing(std::string_view time_zone, std::chrono::weekday week_start = std::chrono::Monday);

  const std::string& time_zone() const noexcept;
  std::chrono::weekday week_start() const noexcept;

  /// The start of the bucket that holds `at`. Throws InvalidArgument where that is outside the years 1 to 9999
  /// ("1000y" in the year 999).
  Instant floor(Instant at, const Granularity& granularity) const;

  /// Every bucket from the one that holds `from` to the one that holds `to`, both included, ascending; empty where
  /// `from` is later. Holds each bucket that `floor` can produce in the range (the family's own timeline leaves out New
  /// Year's partial week and days that begin in a repeated midnight), but for one now and then beside a change of the
  /// clock that is no multiple of the granularity, such as "45m" on Lord Howe, twice a year. Throws InvalidArgument
  /// before it makes more than `max_points`.
  std::vector<Instant> timeline(Instant from, Instant to, const Granularity& granularity,
                                std::size_t max_points = 10'000'000) const;

  /// `at` moved by `count` units, as timelines step: elapsed time for s, m and h, calendar time for the others.
  /// Throws InvalidArgument where the result leaves the years 1 to 9999.
  Instant add(Instant at, int count, Granularity::Unit unit) const;

  /// How far the zone is ahead of UTC at `at`.
  std::chrono::seconds utc_offset(Instant at) const;

  /// The first instant of a day in the zone: its midnight, or what follows where midnight is skipped.
  Instant start_of(std::chrono::year_month_day day) const;

  /// RFC 3339 with the zone's offset at that instant, "2026-07-15T12:00:00+02:00", `Z` where it is zero. Reads back as
  /// the same instant: offsets with seconds are rounded to minutes, and the clock with them.
  std::string format(Instant at) const;

  class Rules;  ///< private to the library
  const Rules& rules() const noexcept { return *rules_; }

 private:
  std::shared_ptr<const Rules> rules_;
};

}  // namespace trifle::stats
