#include "drivers/mysql/bucket_time.hpp"

#include <mysql.h>

#include <chrono>
#include <cstring>
#include <string>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kFirst = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kLast = 253'402'300'799;   // 9999-12-31T23:59:59Z

void put_two(char* at, unsigned number) noexcept {
  at[0] = static_cast<char>('0' + number / 10);
  at[1] = static_cast<char>('0' + number % 10);
}

/// Days from 1970-01-01 in the Gregorian calendar, which both servers use for all years. A year is thought to begin in
/// March, so that its odd day is the last.
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) noexcept {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

}  // namespace

BucketText::BucketText(std::int64_t at) {
  if (at < kFirst || at > kLast)
    throw InvalidArgument("bucket " + std::to_string(at) + " lies outside of the years 0 to 9999");
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(at)));
  const std::chrono::year_month_day date(day);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  const auto clock = static_cast<unsigned>(at - day.time_since_epoch().count() * kDay);
  std::memcpy(text_.data(), "0000-00-00 00:00:00.000000", text_.size());
  put_two(&text_[0], year / 100);
  put_two(&text_[2], year % 100);
  put_two(&text_[5], static_cast<unsigned>(date.month()));
  put_two(&text_[8], static_cast<unsigned>(date.day()));
  put_two(&text_[11], clock / 3600);
  put_two(&text_[14], clock / 60 % 60);
  put_two(&text_[17], clock % 60);
}

std::optional<std::int64_t> unix_seconds(const st_mysql_time& time) noexcept {
  const bool is_date = time.month >= 1 && time.month <= 12 && time.day >= 1 && time.day <= 31;
  if (!is_date || time.second_part != 0) return std::nullopt;
  return days_of(time.year, time.month, time.day) * kDay + time.hour * 3600 + time.minute * 60 + time.second;
}

}  // namespace trifle::stats::detail::mysql
