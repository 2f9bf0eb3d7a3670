#include "reference_zone.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <set>
#include <stdexcept>

namespace trifle::stats::reference {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using Unit = Granularity::Unit;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 86400;

std::int64_t floored(std::int64_t a, std::int64_t b) { return a - ((a % b) + b) % b; }

std::int64_t wall_of(sys_days day) { return day.time_since_epoch().count() * kDay; }

sys_days day_of(std::int64_t wall) { return sys_days(days(floored(wall, kDay) / kDay)); }

sys_days first_of(std::chrono::year year, int month) { return sys_days(year / month / 1); }

}  // namespace

ReferenceZone::ReferenceZone(const std::string& name, std::chrono::weekday week_start) : week_start_(week_start) {
  const char* before = std::getenv("TZ");
  was_set_ = before != nullptr;
  if (was_set_) before_ = before;
  setenv("TZ", (":" + name).c_str(), 1);
  tzset();
}

ReferenceZone::~ReferenceZone() {
  if (was_set_) {
    setenv("TZ", before_.c_str(), 1);
  } else {
    unsetenv("TZ");
  }
  tzset();
}

std::int64_t ReferenceZone::offset(std::int64_t at) const {
  const std::time_t time = at;
  std::tm local{};
  if (localtime_r(&time, &local) == nullptr) throw std::runtime_error("localtime_r failed");
  return local.tm_gmtoff;
}

std::vector<std::int64_t> ReferenceZone::changes(std::int64_t from, std::int64_t to, std::int64_t step) const {
  std::vector<std::int64_t> found;
  for (std::int64_t at = from; at < to; at += step) {
    const std::int64_t before = offset(at);
    if (offset(at + step) == before) continue;
    std::int64_t low = at;
    std::int64_t high = at + step;
    while (high - low > 1) {
      const std::int64_t middle = low + (high - low) / 2;
      (offset(middle) == before ? low : high) = middle;
    }
    found.push_back(high);
  }
  return found;
}

std::int64_t ReferenceZone::resolve(std::int64_t wall, std::int64_t source_offset) const {
  std::set<std::int64_t> offsets;
  for (std::int64_t near = wall - 26 * kHour; near <= wall + 26 * kHour; near += kHour) offsets.insert(offset(near));
  std::vector<std::int64_t> instants;
  for (const std::int64_t ahead : offsets)
    if (offset(wall - ahead) == ahead) instants.push_back(wall - ahead);
  for (const std::int64_t instant : instants)
    if (offset(instant) == source_offset) return instant;
  if (!instants.empty()) return *std::min_element(instants.begin(), instants.end());

  for (const std::int64_t change : changes(wall - 26 * kHour, wall + 26 * kHour, kHour)) {
    const std::int64_t from = change + offset(change - 1);
    const std::int64_t to = change + offset(change);
    if (from <= wall && wall < to) return resolve(wall + (to - from), source_offset);
  }
  throw std::logic_error("a wall time is neither there nor skipped");
}

std::int64_t ReferenceZone::floor(std::int64_t at, const Granularity& granularity) const {
  const std::int64_t n = granularity.count();
  const std::int64_t source = offset(at);
  const std::int64_t wall = at + source;
  const sys_days day = day_of(wall);
  const year_month_day date(day);
  const std::int64_t second_of_day = wall - wall_of(day);
  const int month_index = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  const sys_days new_year = first_of(date.year(), 1);
  const auto midnight = [&](sys_days of) { return resolve(wall_of(of), source); };

  switch (granularity.unit()) {
    case Unit::Second:
      return at - second_of_day % 60 % n;
    case Unit::Minute:
      return at - second_of_day / 60 % 60 % n * 60 - second_of_day % 60;
    case Unit::Hour:
      return midnight(day) + floored(at - midnight(day), n * kHour);
    case Unit::Day:
      return midnight(new_year + days((day - new_year).count() / n * n));
    case Unit::Week: {
      sys_days first = new_year;
      while (std::chrono::weekday(first) != week_start_) first += days(1);
      if (day < first) return midnight(new_year);
      return midnight(first + days((day - first).count() / 7 / n * n * 7));
    }
    case Unit::Month:
      return midnight(first_of(date.year(), static_cast<int>(month_index / n * n) + 1));
    case Unit::Quarter:
      return midnight(first_of(date.year(), static_cast<int>(month_index / (3 * n) * (3 * n)) + 1));
    case Unit::Year:
      return midnight(first_of(std::chrono::year(static_cast<int>(floored(static_cast<int>(date.year()), n))), 1));
  }
  throw std::logic_error("no such unit");
}

std::int64_t ReferenceZone::add(std::int64_t at, int count, Unit unit) const {
  const std::int64_t source = offset(at);
  const std::int64_t wall = at + source;
  const sys_days day = day_of(wall);
  const auto same_time_on = [&](sys_days of) { return resolve(wall_of(of) + wall - wall_of(day), source); };
  const auto months_later = [&](int months) {
    year_month_day date = year_month_day(day) + std::chrono::months(months);
    if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
    return same_time_on(sys_days(date));
  };
  switch (unit) {
    case Unit::Second:
      return at + count;
    case Unit::Minute:
      return at + count * 60;
    case Unit::Hour:
      return at + count * kHour;
    case Unit::Day:
      return same_time_on(day + days(count));
    case Unit::Week:
      return same_time_on(day + days(count * 7));
    case Unit::Month:
      return months_later(count);
    case Unit::Quarter:
      return months_later(count * 3);
    case Unit::Year:
      return months_later(count * 12);
  }
  throw std::logic_error("no such unit");
}

std::vector<std::int64_t> ReferenceZone::timeline(std::int64_t from, std::int64_t to,
                                                  const Granularity& granularity) const {
  std::int64_t at = floor(from, granularity);
  std::int64_t last = floor(to, granularity);
  if (at > last) std::swap(at, last);
  std::vector<std::int64_t> points = {at};
  while (at < last) {
    int steps = 1;
    std::int64_t next = 0;
    do {
      next = floor(add(at, steps++ * granularity.count(), granularity.unit()), granularity);
    } while (next <= at);

    std::vector<std::int64_t> all = {next};
    for (std::int64_t missed = floor(next - 1, granularity); missed > at && missed < all.back();
         missed = floor(missed - 1, granularity))
      all.push_back(missed);
    for (auto point = all.rbegin(); point != all.rend(); ++point)
      if (*point <= last) points.push_back(*point);
    at = next;
  }
  return points;
}

}  // namespace trifle::stats::reference
