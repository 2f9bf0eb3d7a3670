#include "series/calendar_places.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <trifle/stats/error.hpp>

#include "time/civil.hpp"
#include "time/rules.hpp"

namespace trifle::stats::detail {
namespace {

using Unit = Granularity::Unit;

bool is_below_day(Unit unit) { return unit == Unit::Second || unit == Unit::Minute || unit == Unit::Hour; }

/// Finds places, of one zone and granularity.
class Places {
 public:
  /// How buckets are told apart.
  enum class By {
    Clock,     ///< the local day and the time that the clock shows
    DayCount,  ///< the local day, and the bucket's number in it: of several hours, which begin elsewhere after a change
    YearCount  ///< the year, and the bucket's number in it: of weeks or several days
  };

  Places(const Frame& frame, const CompareShift& shift)
      : rules_(frame.bucketing.rules()), granularity_(*frame.granularity) {
    const bool by_year = shift.unit == Unit::Year;
    const bool by_day = !is_below_day(shift.unit);
    const Unit unit = granularity_.unit();
    if (unit == Unit::Week || (unit == Unit::Day && granularity_.count() > 1)) {
      by_ = by_year ? By::YearCount : By::Clock;
    } else {
      by_ = unit == Unit::Hour && granularity_.count() > 1 && by_day ? By::DayCount : By::Clock;
    }
  }

  CalendarPlace of(std::int64_t bucket) {
    const LocalTime local = rules_.local(bucket, recent_);
    switch (by_) {
      case By::Clock:
        break;
      case By::DayCount: {
        return {local.day, floor_div(bucket - beginning(local.day), granularity_.count() * kHour), false};
      }
      case By::YearCount: {
        const std::int64_t year = civil_from_days(local.day).year;
        const std::int64_t new_year = days_from_civil(year, 1, 1);
        const bool begins_again = bucket < beginning(local.day);
        if (granularity_.unit() == Unit::Day) {
          return {year, (local.day - new_year) / granularity_.count(), begins_again};
        }
        // The partial week that begins on 1 January is number 0, whether the year has one or not.
        const int wait = static_cast<int>(rules_.week_start().c_encoding()) - weekday_of(new_year);
        const std::int64_t first = new_year + (wait < 0 ? wait + 7 : wait);
        if (local.day < first) return {year, 0, begins_again};
        return {year, 1 + (local.day - first) / 7 / granularity_.count(), begins_again};
      }
    }
    // A day begins when it does, whatever the clock shows then.
    if (!is_below_day(granularity_.unit())) return {local.day, 0, bucket < beginning(local.day)};
    const bool repeated = rules_.zone().first_instant(local.day * kDay + local.second) < bucket;
    return {local.day, local.second, repeated};
  }

  /// The place so far before this one; nothing for a day that the month doesn't have.
  std::optional<CalendarPlace> before(CalendarPlace place, const CompareShift& shift) const {
    const std::int64_t count = shift.count;
    if (by_ == By::YearCount) {
      place.major -= count;
      return place;
    }
    switch (shift.unit) {
      case Unit::Second:
      case Unit::Minute:
      case Unit::Hour: {
        const std::int64_t unit = shift.unit == Unit::Hour ? kHour : shift.unit == Unit::Minute ? kMinute : 1;
        const std::int64_t wall = place.major * kDay + place.minor - count * unit;
        place.major = floor_div(wall, kDay);
        place.minor = wall - place.major * kDay;
        return place;
      }
      case Unit::Day:
        place.major -= count;
        return place;
      case Unit::Week:
        place.major -= count * 7;
        return place;
      case Unit::Month:
      case Unit::Quarter:
      case Unit::Year:
        break;
    }
    const std::int64_t months = count * (shift.unit == Unit::Year ? 12 : shift.unit == Unit::Quarter ? 3 : 1);
    const CivilDate date = civil_from_days(place.major);
    const std::int64_t index = date.year * 12 + date.month - 1 - months;
    const std::int64_t year = floor_div(index, 12);
    const auto month = static_cast<int>(index - year * 12 + 1);
    if (date.day > days_in_month(year, month)) return std::nullopt;
    place.major = days_from_civil(year, month, date.day);
    return place;
  }

 private:
  /// The first instant of a day; its second midnight, where the clock shows two: most of the day comes after that.
  std::int64_t beginning(std::int64_t day) const {
    const Zone& zone = rules_.zone();
    const std::int64_t first = zone.first_instant(day * kDay);
    const std::int64_t end = zone.at(first).end;
    if (end == std::numeric_limits<std::int64_t>::max()) return first;
    const Stretch next = zone.at(end);
    const std::int64_t again = day * kDay - next.offset;
    return next.holds(again) ? again : first;
  }

  const Bucketing::Rules& rules_;
  const Granularity& granularity_;
  By by_;
  Stretch recent_;
};

}  // namespace

CompareShift shift_between(const Frame& earlier, const Frame& later) {
  const auto& rules = later.bucketing.rules();
  const LocalTime from = rules.local(earlier.first);
  const LocalTime to = rules.local(later.first);
  const auto shift = [](std::int64_t count, Unit unit) {
    if (count > std::numeric_limits<int>::max() || count < -std::numeric_limits<int>::max())
      throw InvalidArgument("compare: the two series are too far apart", {.operation = "compare"});
    return CompareShift{static_cast<int>(count), unit};
  };
  if (later.granularity->unit() == Unit::Week) {
    // Weeks of two years begin on different days.
    Places places(later, {1, Unit::Year});
    const CalendarPlace a = places.of(earlier.first);
    const CalendarPlace b = places.of(later.first);
    if (a.minor == b.minor && a.major != b.major) return shift(b.major - a.major, Unit::Year);
  }
  if (from.second != to.second && is_below_day(later.granularity->unit()))
    return shift((to.day - from.day) * kDay + to.second - from.second, Unit::Second);
  const CivilDate a = civil_from_days(from.day);
  const CivilDate b = civil_from_days(to.day);
  if (a.day == b.day) {
    const std::int64_t months = (b.year - a.year) * 12 + b.month - a.month;
    if (months != 0) return months % 12 == 0 ? shift(months / 12, Unit::Year) : shift(months, Unit::Month);
  }
  return shift(to.day - from.day, Unit::Day);
}

std::vector<std::optional<std::size_t>> counterparts(const Frame& later, const Frame& earlier,
                                                     const CompareShift& shift) {
  Places places(later, shift);
  std::vector<std::pair<CalendarPlace, std::size_t>> known;
  known.reserve(earlier.buckets.size());
  for (std::size_t row = 0; row < earlier.buckets.size(); ++row)
    known.emplace_back(places.of(earlier.buckets[row]), row);
  std::sort(known.begin(), known.end());

  std::vector<std::optional<std::size_t>> rows;
  rows.reserve(later.buckets.size());
  for (const std::int64_t bucket : later.buckets) {
    auto& row = rows.emplace_back();
    const auto place = places.before(places.of(bucket), shift);
    if (!place) continue;
    const auto at = std::lower_bound(known.begin(), known.end(), std::pair(*place, std::size_t{0}));
    if (at != known.end() && at->first == *place) row = at->second;
  }
  return rows;
}

}  // namespace trifle::stats::detail
