#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/error.hpp>

#include "time/quoted_text.hpp"
#include "time/rfc3339.hpp"
#include "time/rules.hpp"
#include "time/timeline.hpp"

namespace trifle::stats {
namespace {

bool is_known(std::int64_t seconds) { return detail::kFirstSecond <= seconds && seconds <= detail::kLastSecond; }

}  // namespace

Bucketing::Bucketing() {
  static const auto gmt = std::make_shared<const Rules>();
  rules_ = gmt;
}

Bucketing::Bucketing(std::string_view time_zone, std::chrono::weekday week_start) {
  if (!week_start.ok())
    throw InvalidArgument("week_start: " + std::to_string(week_start.c_encoding()) +
                          " is not a weekday; allowed is 0 (Sunday) to 6 (Saturday)");
  rules_ = std::make_shared<const Rules>(time_zone, week_start);
}

const std::string& Bucketing::time_zone() const noexcept { return rules_->time_zone(); }

std::chrono::weekday Bucketing::week_start() const noexcept { return rules_->week_start(); }

Instant Bucketing::floor(Instant at, const Granularity& granularity) const {
  const std::int64_t bucket = rules_->floor(rules_->local(at.unix_seconds()), granularity);
  if (!is_known(bucket))
    throw InvalidArgument("the bucket of " + at.to_string() + " by " + granularity.to_string() + " in " + time_zone() +
                          " starts outside the years 1 to 9999");
  return Instant::from_unix(bucket);
}

std::vector<Instant> Bucketing::timeline(Instant from, Instant to, const Granularity& granularity,
                                         std::size_t max_points) const {
  return detail::timeline(*rules_, from, to, granularity, max_points);
}

Instant Bucketing::add(Instant at, int count, Granularity::Unit unit) const {
  const std::int64_t moved = rules_->add(rules_->local(at.unix_seconds()), count, unit);
  if (!is_known(moved))
    throw InvalidArgument(at.to_string() + " moved by " + std::to_string(count) +
                          " units is outside the years 1 to 9999");
  return Instant::from_unix(moved) + std::chrono::microseconds(at.unix_micros() - at.unix_seconds() * 1'000'000);
}

std::chrono::seconds Bucketing::utc_offset(Instant at) const {
  return std::chrono::seconds(rules_->zone().at(at.unix_seconds()).offset);
}

Instant Bucketing::start_of(std::chrono::year_month_day day) const {
  if (!day.ok())
    throw InvalidArgument("there is no such day as " + std::to_string(static_cast<int>(day.year())) + "-" +
                          std::to_string(static_cast<unsigned>(day.month())) + "-" +
                          std::to_string(static_cast<unsigned>(day.day())));
  const std::int64_t days = std::chrono::sys_days(day).time_since_epoch().count();
  return Instant::from_unix(rules_->zone().first_instant(days * detail::kDay));
}

std::string Bucketing::format(Instant at) const { return detail::rfc3339(at, utc_offset(at)); }

}  // namespace trifle::stats
