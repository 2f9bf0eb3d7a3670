#pragma once

#include <cstdint>

namespace trifle::stats::detail {

/// The proleptic Gregorian calendar on plain 64-bit numbers: unlike std::chrono::year it can't overflow on the way to a
/// range check. Days count from 1970-01-01.

inline constexpr std::int64_t kDay = 86'400;  ///< seconds
inline constexpr std::int64_t kHour = 3'600;
inline constexpr std::int64_t kMinute = 60;

/// Instants that the library knows: the years 1 to 9999 in UTC, unix seconds, both included.
inline constexpr std::int64_t kFirstSecond = -62'135'596'800;
inline constexpr std::int64_t kLastSecond = 253'402'300'799;

struct CivilDate {
  std::int64_t year = 1970;
  int month = 1;
  int day = 1;
};

/// b is positive.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }
constexpr std::int64_t floor_mod(std::int64_t a, std::int64_t b) noexcept { return a - floor_div(a, b) * b; }

constexpr bool is_leap(std::int64_t year) noexcept { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int days_in_month(std::int64_t year, int month) noexcept {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// Both after Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms": years begin in March, eras have 400 years.
constexpr std::int64_t days_from_civil(std::int64_t year, int month, int day) noexcept {
  const std::int64_t y = year - (month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

constexpr CivilDate civil_from_days(std::int64_t days) noexcept {
  const std::int64_t z = days + 719'468;
  const std::int64_t era = floor_div(z, 146'097);
  const auto day_of_era = static_cast<std::uint32_t>(z - era * 146'097);
  const std::uint32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint32_t month = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  const auto civil_month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  return {era * 400 + year_of_era + (civil_month <= 2 ? 1 : 0), civil_month, day};
}

/// 0 is Sunday, as in std::chrono::weekday.
constexpr int weekday_of(std::int64_t days) noexcept { return static_cast<int>(floor_mod(days + 4, 7)); }

}  // namespace trifle::stats::detail
