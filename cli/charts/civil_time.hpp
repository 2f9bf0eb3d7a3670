#pragma once

#include <chrono>
#include <string>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>
#include <trifle/stats/instant.hpp>

namespace trifle::cli {

/// What a clock and a calendar in the zone show at an instant.
struct CivilTime {
  std::chrono::year_month_day date;
  std::chrono::weekday weekday;
  int hour;
  int minute;
  int second;
};

CivilTime civil_time(const stats::Bucketing& bucketing, stats::Instant at);

std::string clock_text(const CivilTime& time, bool seconds = false);  ///< "06:00", "06:00:15"
const char* weekday_text(std::chrono::weekday day);                   ///< "Wed"
const char* month_text(std::chrono::month month);                     ///< "Jul"
std::string date_text(const CivilTime& time);                         ///< "Wed 15 Jul 2026"

/// What a bucket is called: as much of its time as its width tells, "Wed 15 Jul 2026 10:00", "Jul 2026".
std::string bucket_text(const stats::Bucketing& bucketing, stats::Instant at, stats::Granularity::Unit unit);

}  // namespace trifle::cli
