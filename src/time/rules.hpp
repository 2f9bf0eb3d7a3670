#pragma once

#include <cstdint>
#include <string>

#include <trifle/stats/bucketing.hpp>

#include "time/civil.hpp"
#include "time/zone.hpp"

namespace trifle::stats {
namespace detail {

/// An instant taken apart in its zone.
struct LocalTime {
  LocalTime(std::int64_t unix_seconds, const Stretch& around) noexcept
      : at(unix_seconds),
        stretch(around),
        day(floor_div(unix_seconds + around.offset, kDay)),
        second(static_cast<std::int32_t>(unix_seconds + around.offset - day * kDay)) {}

  std::int64_t at;
  Stretch stretch;      ///< holds `at`
  std::int64_t day;     ///< the local date, days since 1970-01-01
  std::int32_t second;  ///< of the day, by the clock
};

}  // namespace detail

/// The family's 2.7 arithmetic on unix seconds, for one zone and week start. Knows no limits: callers keep instants
/// within the years 1 to 9999 and check what comes back, which may be a bucket that starts earlier.
class Bucketing::Rules {
 public:
  Rules() = default;
  Rules(std::string_view time_zone, std::chrono::weekday week_start);

  const std::string& time_zone() const noexcept { return time_zone_; }
  std::chrono::weekday week_start() const noexcept { return week_start_; }
  const detail::Zone& zone() const noexcept { return zone_; }

  detail::LocalTime local(std::int64_t at) const noexcept { return {at, zone_.at(at)}; }

  /// The same with a stretch known from a neighbour, brought up to date: saves the search in almost all cases.
  detail::LocalTime local(std::int64_t at, detail::Stretch& recent) const noexcept {
    if (!recent.holds(at)) recent = zone_.at(at);
    return {at, recent};
  }

  /// The start of the bucket. Beside a change of the clock by less than an hour it may lie after `at`.
  std::int64_t floor(const detail::LocalTime& local, const Granularity& granularity) const noexcept;

  /// Moved by that many units, as timelines step. `count` fits 32 bits.
  std::int64_t add(const detail::LocalTime& local, std::int64_t count, Granularity::Unit unit) const noexcept;

  /// A bucket, and the unix seconds [start, end) around `local` that have it too; these hold within local's stretch and
  /// local day only, and may reach beyond.
  struct Step {
    std::int64_t bucket, start, end;
  };
  Step step(const detail::LocalTime& local, const Granularity& granularity) const noexcept;

 private:
  std::int64_t midnight(const detail::LocalTime& local, std::int64_t day) const noexcept {
    return zone_.resolve(day * detail::kDay, local.stretch);
  }
  std::int64_t start_day(const detail::LocalTime& local, const Granularity& granularity) const noexcept;

  std::string time_zone_ = "GMT";
  detail::Zone zone_;
  std::chrono::weekday week_start_ = std::chrono::Monday;
};

}  // namespace trifle::stats
