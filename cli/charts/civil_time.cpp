#include "charts/civil_time.hpp"

#include <array>

namespace trifle::cli {
namespace {

std::string two_digits(int number) {
  std::string text = std::to_string(number);
  return text.size() < 2 ? "0" + text : text;
}

}  // namespace

CivilTime civil_time(const stats::Bucketing& bucketing, stats::Instant at) {
  const std::chrono::sys_seconds local{std::chrono::seconds(at.unix_seconds()) + bucketing.utc_offset(at)};
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto seconds = static_cast<int>((local - day).count());
  return {.date = std::chrono::year_month_day(day),
          .weekday = std::chrono::weekday(day),
          .hour = seconds / 3600,
          .minute = seconds / 60 % 60,
          .second = seconds % 60};
}

std::string clock_text(const CivilTime& time, bool seconds) {
  std::string text = two_digits(time.hour) + ":" + two_digits(time.minute);
  if (seconds) text += ":" + two_digits(time.second);
  return text;
}

const char* weekday_text(std::chrono::weekday day) {
  static constexpr std::array<const char*, 7> kNames = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  return kNames[day.c_encoding()];
}

const char* month_text(std::chrono::month month) {
  static constexpr std::array<const char*, 12> kNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return kNames[static_cast<unsigned>(month) - 1];
}

std::string date_text(const CivilTime& time) {
  return std::string(weekday_text(time.weekday)) + " " + std::to_string(static_cast<unsigned>(time.date.day())) + " " +
         month_text(time.date.month()) + " " + std::to_string(static_cast<int>(time.date.year()));
}

std::string bucket_text(const stats::Bucketing& bucketing, stats::Instant at, stats::Granularity::Unit unit) {
  using Unit = stats::Granularity::Unit;
  const CivilTime time = civil_time(bucketing, at);
  switch (unit) {
    case Unit::Second:
      return date_text(time) + " " + clock_text(time, true);
    case Unit::Minute:
    case Unit::Hour:
      return date_text(time) + " " + clock_text(time);
    case Unit::Day:
    case Unit::Week:
      return date_text(time);
    case Unit::Month:
    case Unit::Quarter:
      return std::string(month_text(time.date.month())) + " " + std::to_string(static_cast<int>(time.date.year()));
    case Unit::Year:
      break;
  }
  return std::to_string(static_cast<int>(time.date.year()));
}

}  // namespace trifle::cli
