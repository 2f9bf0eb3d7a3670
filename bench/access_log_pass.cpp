#include "access_log_pass.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t kBlock = 256u << 10;

const char* find(const char* from, const char* end, char c) {
  return static_cast<const char*>(std::memchr(from, c, static_cast<std::size_t>(end - from)));
}

template <class Number>
const char* read_number(const char* from, const char* end, Number& number) {
  const auto [stop, error] = std::from_chars(from, end, number);
  return error == std::errc() ? stop : nullptr;
}

/// "17/May/2015:10:05:03 +0000"
bool read_time(const char* at, std::int64_t& seconds) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  unsigned day = 0;
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int zone = 0;
  const auto month = kMonths.find(std::string_view(at + 3, 3));
  if (month == std::string_view::npos || read_number(at, at + 2, day) == nullptr ||
      read_number(at + 7, at + 11, year) == nullptr || read_number(at + 12, at + 14, hour) == nullptr ||
      read_number(at + 15, at + 17, minute) == nullptr || read_number(at + 18, at + 20, second) == nullptr ||
      read_number(at + 22, at + 26, zone) == nullptr) {
    return false;
  }
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month) / 3 + 1), std::chrono::day(day)};
  const int offset = (zone / 100 * 60 + zone % 100) * (at[21] == '-' ? -60 : 60);
  seconds =
      std::chrono::sys_days(date).time_since_epoch().count() * 86'400LL + hour * 3600 + minute * 60 + second - offset;
  return true;
}

bool add_line(const char* at, const char* end, AccessLogSums& sums) {
  at = find(at, end, '[');
  if (at == nullptr || end - at < 28) return false;
  std::int64_t seconds = 0;
  if (!read_time(at + 1, seconds)) return false;
  at = find(at + 27, end, '"');
  if (at == nullptr) return false;
  const char* const request = at + 1;
  const char* const method_end = find(request, end, ' ');
  at = find(request, end, '"');
  if (at == nullptr || method_end == nullptr || method_end > at) return false;
  unsigned status = 0;
  at = read_number(at + 2, end, status);
  if (at == nullptr || status > 999) return false;
  std::int64_t bytes = 0;
  if (at[1] != '-' && read_number(at + 1, end, bytes) == nullptr) return false;
  sums.seconds += seconds;
  sums.bytes += bytes;
  ++sums.status[status];
  ++sums.method[static_cast<unsigned char>(*request)];
  return true;
}

}  // namespace

AccessLogSums access_log_pass(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw std::runtime_error("can't open " + path);
  AccessLogSums sums;
  std::vector<char> buffer(2 * kBlock);
  std::size_t left = 0;
  for (;;) {
    const ssize_t got = ::read(file, buffer.data() + left, kBlock);
    if (got <= 0) break;
    const char* at = buffer.data();
    const char* const end = buffer.data() + left + static_cast<std::size_t>(got);
    while (const char* line_end = find(at, end, '\n')) {
      if (!add_line(at, line_end, sums)) ++sums.skipped;
      ++sums.lines;
      at = line_end + 1;
    }
    left = static_cast<std::size_t>(end - at);
    if (left > kBlock) break;  // no access log
    std::memmove(buffer.data(), at, left);
  }
  ::close(file);
  return sums;
}

}  // namespace bench
