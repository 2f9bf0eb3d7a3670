#include "slow_comparison.hpp"

#include <utility>

using namespace trifle::stats;
using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;
using Unit = Granularity::Unit;

namespace {

bool is_part_of_day(Unit unit) { return unit == Unit::Second || unit == Unit::Minute || unit == Unit::Hour; }

sys_days new_year(sys_days day) { return year_month_day(day).year() / std::chrono::January / 1; }

}  // namespace

SlowComparison::SlowComparison(const Bucketing& bucketing, const Granularity& granularity, Side later, Side earlier,
                               std::optional<CompareShift> shift)
    : bucketing_(bucketing),
      granularity_(granularity),
      later_(later.series),
      earlier_(earlier.series),
      shift_(shift ? *shift : apart(earlier.first, later.first)) {
  std::vector<Place> known;
  for (const Instant at : earlier.at) known.push_back(place(at, by()));
  for (const Instant at : later.at) {
    auto& row = rows_.emplace_back();
    const auto wanted = before(place(at, by()), by());
    for (std::size_t i = 0; i < known.size() && wanted && !row; ++i)
      if (known[i] == *wanted) row = i;
  }
}

sys_seconds SlowComparison::wall(Instant at) const { return sys_seconds(at) + bucketing_.utc_offset(at); }

SlowComparison::By SlowComparison::by() const {
  const bool several = granularity_.count() > 1;
  switch (granularity_.unit()) {
    case Unit::Week:
      return shift_.unit == Unit::Year ? By::PartOfYear : By::Clock;
    case Unit::Day:
      return several && shift_.unit == Unit::Year ? By::PartOfYear : By::Clock;
    case Unit::Hour:
      return several && !is_part_of_day(shift_.unit) ? By::PartOfDay : By::Clock;
    default:
      return By::Clock;
  }
}

/// Which bucket of its year, day by day from the first of January.
std::int64_t SlowComparison::part_of_year(Instant at) const {
  const auto day = std::chrono::floor<days>(wall(at));
  std::int64_t passed = 0;
  if (granularity_.unit() == Unit::Week) {
    for (auto each = new_year(day); each <= day; each += days(1))
      passed += std::chrono::weekday(each) == bucketing_.week_start();
    return passed == 0 ? 0 : 1 + (passed - 1) / granularity_.count();  // 0 is what comes before the first whole week
  }
  for (auto each = new_year(day); each < day; each += days(1)) ++passed;
  return passed / granularity_.count();
}

SlowComparison::Place SlowComparison::place(Instant at, By by) const {
  const auto shown = wall(at);
  const auto day = std::chrono::floor<days>(shown);
  if (by == By::PartOfYear) return {new_year(day), part_of_year(at), at < beginning(day)};
  if (by == By::PartOfDay) {
    const auto buckets = bucketing_.timeline(beginning(day), at, granularity_);
    return {day, static_cast<std::int64_t>(buckets.size())};  // none where the day will begin again
  }
  if (!is_part_of_day(granularity_.unit())) return {day, 0, at < beginning(day)};
  bool again = false;
  for (auto back = 15min; back <= 24h; back += 15min) {
    const Instant earlier = at - back;
    again = again || wall(earlier) == shown;
  }
  return {day, (shown - day).count(), again};
}

/// The last instant at which the clock shows how the day begins.
Instant SlowComparison::beginning(sys_days day) const {
  const Instant first = bucketing_.start_of(year_month_day(day));
  Instant last = first;
  for (auto on = 15min; on <= 24h; on += 15min)
    if (wall(first + on) == wall(first)) last = first + on;
  return last;
}

std::optional<SlowComparison::Place> SlowComparison::before(Place place, By by) const {
  const auto earlier = [&](months count) -> std::optional<sys_days> {
    const year_month_day day = year_month_day(place.day) - count;
    if (!day.ok()) return std::nullopt;
    return sys_days(day);
  };
  const auto clock = [&](std::chrono::seconds count) {
    const auto shown = place.day + std::chrono::seconds(place.part) - count;
    place.day = std::chrono::floor<days>(shown);
    place.part = (shown - place.day).count();
    return place;
  };
  if (by == By::PartOfYear) {
    place.day = *earlier(months(12) * shift_.count);
    return place;
  }
  std::optional<sys_days> day;
  switch (shift_.unit) {
    case Unit::Second:
      return clock(1s * shift_.count);
    case Unit::Minute:
      return clock(1min * shift_.count);
    case Unit::Hour:
      return clock(1h * shift_.count);
    case Unit::Day:
      day = place.day - days(shift_.count);
      break;
    case Unit::Week:
      day = place.day - days(7) * shift_.count;
      break;
    case Unit::Month:
      day = earlier(months(shift_.count));
      break;
    case Unit::Quarter:
      day = earlier(months(3) * shift_.count);
      break;
    case Unit::Year:
      day = earlier(months(12) * shift_.count);
      break;
  }
  if (!day) return std::nullopt;
  place.day = *day;
  return place;
}

/// Whole years if it is just that, otherwise whole months, otherwise days, otherwise seconds by the clock.
CompareShift SlowComparison::apart(Instant earlier, Instant later) const {
  const auto a = wall(earlier);
  const auto b = wall(later);
  const auto a_day = std::chrono::floor<days>(a);
  const auto b_day = std::chrono::floor<days>(b);
  const year_month_day a_date(a_day);
  const year_month_day b_date(b_day);
  const int years = static_cast<int>(b_date.year()) - static_cast<int>(a_date.year());
  const int all_months =
      years * 12 + static_cast<int>(unsigned(b_date.month())) - static_cast<int>(unsigned(a_date.month()));
  if (granularity_.unit() == Unit::Week && years != 0 && part_of_year(earlier) == part_of_year(later))
    return {years, Unit::Year};
  if (is_part_of_day(granularity_.unit()) && a - a_day != b - b_day)
    return {static_cast<int>((b - a).count()), Unit::Second};
  if (a_date.day() == b_date.day() && all_months != 0)
    return all_months % 12 == 0 ? CompareShift{years, Unit::Year} : CompareShift{all_months, Unit::Month};
  return {static_cast<int>((b_day - a_day).count()), Unit::Day};
}

SlowComparison::Values SlowComparison::previous(const std::string& path) const {
  const Values values = earlier_.values(path);
  Values moved;
  for (const auto& row : rows_) moved.push_back(row ? values[*row] : std::nullopt);
  return moved;
}

SlowComparison::Values SlowComparison::difference(const std::string& path) const {
  Values values = later_.values(path);
  const Values earlier = previous(path);
  for (std::size_t row = 0; row < values.size(); ++row)
    values[row] = values[row] && earlier[row] ? SlowSeries::difference(*values[row], *earlier[row]) : std::nullopt;
  return values;
}

SlowComparison::Values SlowComparison::ratio(const std::string& path) const {
  Values values = later_.values(path);
  const Values earlier = previous(path);
  for (std::size_t row = 0; row < values.size(); ++row)
    values[row] = values[row] && earlier[row] ? SlowSeries::ratio(*values[row], *earlier[row]) : std::nullopt;
  return values;
}
