#include "time/rules.hpp"

#include <algorithm>

namespace trifle::stats {

using detail::civil_from_days;
using detail::CivilDate;
using detail::days_from_civil;
using detail::floor_div;
using detail::kDay;
using detail::kHour;
using detail::kMinute;
using detail::LocalTime;
using Unit = Granularity::Unit;

Bucketing::Rules::Rules(std::string_view time_zone, std::chrono::weekday week_start)
    : time_zone_(time_zone), zone_(time_zone), week_start_(week_start) {}

std::int64_t Bucketing::Rules::floor(const LocalTime& local, const Granularity& granularity) const noexcept {
  const std::int32_t count = granularity.count();
  switch (granularity.unit()) {
    case Unit::Second:
      return local.at - local.second % 60 % count;
    case Unit::Minute:
      return local.at - local.second / 60 % 60 % count * 60 - local.second % 60;
    case Unit::Hour: {
      // A local day is far shorter than 2^31 seconds, also where it is one that the clock jumped over.
      const std::int64_t start = midnight(local, local.day);
      const auto elapsed = static_cast<std::int32_t>(local.at - start);
      const std::int32_t hours = elapsed / 3600 - (elapsed % 3600 < 0 ? 1 : 0);
      const std::int32_t buckets = hours / count - (hours % count < 0 ? 1 : 0);
      return start + std::int64_t{buckets} * count * kHour;
    }
    default:
      return midnight(local, start_day(local, granularity));
  }
}

std::int64_t Bucketing::Rules::start_day(const LocalTime& local, const Granularity& granularity) const noexcept {
  const std::int64_t count = granularity.count();
  const CivilDate date = civil_from_days(local.day);
  switch (granularity.unit()) {
    case Unit::Year:
      return days_from_civil(floor_div(date.year, count) * count, 1, 1);
    case Unit::Quarter:
    case Unit::Month: {
      const std::int64_t months = granularity.unit() == Unit::Quarter ? count * 3 : count;
      return days_from_civil(date.year, static_cast<int>((date.month - 1) / months * months + 1), 1);
    }
    default:
      break;
  }
  const std::int64_t new_year = days_from_civil(date.year, 1, 1);
  if (granularity.unit() == Unit::Day) return new_year + (local.day - new_year) / count * count;

  const auto wait = static_cast<int>(week_start_.c_encoding()) - detail::weekday_of(new_year);
  const std::int64_t first = new_year + (wait < 0 ? wait + 7 : wait);
  return local.day < first ? new_year : first + (local.day - first) / 7 / count * count * 7;
}

std::int64_t Bucketing::Rules::add(const LocalTime& local, std::int64_t count, Unit unit) const noexcept {
  const auto on_day = [&](std::int64_t day) { return zone_.resolve(day * kDay + local.second, local.stretch); };
  const auto in_month = [&](std::int64_t months) {
    const CivilDate date = civil_from_days(local.day);
    const std::int64_t index = date.year * 12 + date.month - 1 + months;
    const std::int64_t year = floor_div(index, 12);
    const auto month = static_cast<int>(index - year * 12 + 1);
    return on_day(days_from_civil(year, month, std::min(date.day, detail::days_in_month(year, month))));
  };
  switch (unit) {
    case Unit::Second:
      return local.at + count;
    case Unit::Minute:
      return local.at + count * kMinute;
    case Unit::Hour:
      return local.at + count * kHour;
    case Unit::Day:
      return on_day(local.day + count);
    case Unit::Week:
      return on_day(local.day + count * 7);
    case Unit::Month:
      return in_month(count);
    case Unit::Quarter:
      return in_month(count * 3);
    case Unit::Year:
      return in_month(count * 12);
  }
  return local.at;
}

Bucketing::Rules::Step Bucketing::Rules::step(const LocalTime& local, const Granularity& granularity) const noexcept {
  const std::int64_t bucket = floor(local, granularity);
  const std::int64_t count = granularity.count();
  switch (granularity.unit()) {
    case Unit::Second: {
      const std::int64_t next_minute = local.at - local.second % kMinute + kMinute;
      return {bucket, bucket, std::min(bucket + count, next_minute)};
    }
    case Unit::Minute: {
      const std::int64_t next_hour = local.at - local.second % kHour + kHour;
      return {bucket, bucket, std::min(bucket + count * kMinute, next_hour)};
    }
    case Unit::Hour:
      return {bucket, bucket, bucket + count * kHour};
    default:
      return {bucket, local.at - local.second, local.at - local.second + kDay};
  }
}

}  // namespace trifle::stats
