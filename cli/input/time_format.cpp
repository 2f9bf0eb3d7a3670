#include "input/time_format.hpp"

#include <time.h>

#include <charconv>
#include <chrono>

#include "failure.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kLongestTime = 200;

[[noreturn]] void refuse(std::string_view text, const std::string& expected) {
  throw Failure(in_quotes(text.substr(0, 60)) + " is not a time (" + expected + ")");
}

stats::Instant read_number(std::string_view text, std::int64_t per_second, const std::string& expected) {
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error != std::errc() || text.empty()) refuse(text, expected);
  if (end == text.data() + text.size()) {
    if (per_second == 1) return stats::Instant::from_unix(whole);
    return stats::Instant(std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(whole)));
  }
  double real = 0;
  const auto [real_end, real_error] = std::from_chars(text.data(), text.data() + text.size(), real);
  if (real_error != std::errc() || real_end != text.data() + text.size()) refuse(text, expected);
  using Seconds = std::chrono::duration<double>;
  return stats::Instant(std::chrono::sys_time<Seconds>(Seconds(real / static_cast<double>(per_second))));
}

}  // namespace

TimeFormat::TimeFormat(const std::string& name, const stats::Bucketing& bucketing)
    : kind_(Kind::Pattern), local_(bucketing) {
  if (name == "rfc3339") kind_ = Kind::Rfc3339;
  if (name == "unix") kind_ = Kind::Unix;
  if (name == "unix-ms") kind_ = Kind::UnixMilliseconds;
  if (name == "clf") kind_ = Kind::Clf;
  if (kind_ != Kind::Pattern) return;
  if (name.find('%') == std::string::npos) {
    throw UsageError("--time-format \"" + name +
                     "\" is none of rfc3339, unix, unix-ms, clf and no pattern (%Y-%m-%d %H:%M:%S)");
  }
  pattern_ = name;
  has_offset_ = name.find("%z") != std::string::npos || name.find("%s") != std::string::npos;
}

stats::Instant TimeFormat::read(std::string_view text) {
  switch (kind_) {
    case Kind::Rfc3339:
      return stats::Instant::parse(text);
    case Kind::Unix:
      return read_number(text, 1, "unix seconds");
    case Kind::UnixMilliseconds:
      return read_number(text, 1000, "unix milliseconds");
    case Kind::Clf:
      if (const auto seconds = clf_.read(text)) return stats::Instant::from_unix(*seconds);
      refuse(text, "17/May/2015:10:05:03 +0000");
    case Kind::Pattern:
      break;
  }
  return read_pattern(text);
}

stats::Instant TimeFormat::read_pattern(std::string_view text) {
  if (!last_text_.empty() && text == last_text_) return last_;
  if (text.size() > kLongestTime || text.find('\0') != std::string_view::npos) refuse(text, pattern_);
  const std::string copy(text);
  tm parts{};
  parts.tm_mday = 1;
  parts.tm_year = 70;
  const char* end = strptime(copy.c_str(), pattern_.c_str(), &parts);
  if (end == nullptr || *end != '\0' || text.empty()) refuse(text, pattern_);
  const std::chrono::year_month_day date{std::chrono::year(parts.tm_year + 1900),
                                         std::chrono::month(static_cast<unsigned>(parts.tm_mon) + 1),
                                         std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
  if (!date.ok()) refuse(text, pattern_);
  const auto wall = std::chrono::sys_seconds(std::chrono::sys_days(date)).time_since_epoch().count() +
                    parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec;
  last_ = has_offset_ ? stats::Instant::from_unix(wall - parts.tm_gmtoff) : local_.instant(wall);
  last_text_ = copy;
  return last_;
}

}  // namespace trifle::cli
