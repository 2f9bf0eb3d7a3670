#include "drivers/sqlite/bucket_text.hpp"

#include <charconv>
#include <chrono>
#include <cstring>
#include <string>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::sqlite {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kFirst = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kLast = 253'402'300'799;   // 9999-12-31T23:59:59Z

void put_two(char* at, unsigned number) noexcept {
  at[0] = static_cast<char>('0' + number / 10);
  at[1] = static_cast<char>('0' + number % 10);
}

/// The decimal number of `count` digits at `text`; negative where one isn't a digit.
int digits(const char* text, int count) noexcept {
  int number = 0;
  for (int i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

/// "2026-07-15", as unix seconds.
std::optional<std::int64_t> read_day(const char* text) noexcept {
  const int year = digits(text, 4);
  const int month = digits(text + 5, 2);
  const int day = digits(text + 8, 2);
  if (year < 0 || month < 0 || day < 0 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * kDay;
}

bool same_day(const char* a, const char* b) noexcept {
  std::uint64_t start_a;
  std::uint64_t start_b;
  std::memcpy(&start_a, a, 8);
  std::memcpy(&start_b, b, 8);
  return start_a == start_b && a[8] == b[8] && a[9] == b[9];
}

/// The byte at each place is put together to one word, whatever the machine's order.
constexpr std::uint64_t word(const char* bytes) noexcept {
  std::uint64_t bits = 0;
  for (int i = 7; i >= 0; --i) bits = bits << 8 | static_cast<unsigned char>(bytes[i]);
  return bits;
}

/// "10:37:45", as seconds; negative where it isn't. All places are checked at once.
int read_clock(const char* text) noexcept {
  const std::uint64_t places = word(text) ^ word("00:00:00");
  // What may be added to each place without reaching 16: to 2, 9, a colon, 5, 9, a colon, 5, 9.
  constexpr std::uint64_t kRoom = word("\x0D\x06\x0F\x0A\x06\x0F\x0A\x06");
  if (((places | (places + kRoom)) & 0xF0F0'F0F0'F0F0'F0F0) != 0) return -1;
  const auto two = [places](int place) {
    return static_cast<int>((places >> (8 * place) & 0xF) * 10 + (places >> (8 * place + 8) & 0xF));
  };
  if (two(0) > 23) return -1;
  return two(0) * 3600 + two(3) * 60 + two(6);
}

/// "Z", "UTC", "+02:00", "+0200", "+02" or nothing, as seconds ahead of UTC.
std::optional<std::int64_t> read_offset(std::string_view text) noexcept {
  if (text.empty() || text == "Z" || text == "z" || text == "UTC") return 0;
  if (text.front() != '+' && text.front() != '-') return std::nullopt;
  const int hours = text.size() >= 3 ? digits(text.data() + 1, 2) : -1;
  int minutes = 0;
  if (text.size() == 6 && text[3] == ':') {
    minutes = digits(text.data() + 4, 2);
  } else if (text.size() == 5) {
    minutes = digits(text.data() + 3, 2);
  } else if (text.size() != 3) {
    return std::nullopt;
  }
  if (hours < 0 || minutes < 0) return std::nullopt;
  const std::int64_t ahead = hours * 3600 + minutes * 60;
  return text.front() == '-' ? -ahead : ahead;
}

}  // namespace

BucketText::BucketText(std::int64_t at) {
  if (at < kFirst || at > kLast)
    throw InvalidArgument("bucket " + std::to_string(at) + " lies outside of the years 0 to 9999");
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(at)));
  const std::chrono::year_month_day date(day);
  const int year = static_cast<int>(date.year());
  const auto clock = static_cast<unsigned>(at - day.time_since_epoch().count() * kDay);
  std::memcpy(text_.data(), "0000-00-00T00:00:00Z", text_.size());
  put_two(&text_[0], static_cast<unsigned>(year) / 100);
  put_two(&text_[2], static_cast<unsigned>(year) % 100);
  put_two(&text_[5], static_cast<unsigned>(date.month()));
  put_two(&text_[8], static_cast<unsigned>(date.day()));
  put_two(&text_[11], clock / 3600);
  put_two(&text_[14], clock / 60 % 60);
  put_two(&text_[17], clock % 60);
}

std::int64_t BucketReader::read_or_none(std::string_view text) noexcept {
  if (text.size() < 20 || text[10] != 'T' || text.back() != 'Z') return kNone;
  if (text.size() > 20) {
    const auto fraction = text.substr(19, text.size() - 20);
    if (fraction.size() < 2 || fraction.front() != '.' || fraction.find_first_not_of('0', 1) != std::string_view::npos)
      return kNone;
  }
  if (!same_day(text.data(), day_.data())) {
    const auto day = read_day(text.data());
    if (!day) return kNone;
    day_start_ = *day;
    std::memcpy(day_.data(), text.data(), day_.size());
  }
  const int clock = read_clock(text.data() + 11);
  return clock < 0 ? kNone : day_start_ + clock;
}

std::optional<std::int64_t> read_time(std::string_view text) noexcept {
  std::int64_t unix_seconds = 0;
  const auto* const last = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), last, unix_seconds); read.ec == std::errc() && read.ptr == last)
    return unix_seconds;
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const auto day = read_day(text.data());
  const int clock = read_clock(text.data() + 11);
  if (!day || clock < 0) return std::nullopt;
  auto rest = text.substr(19);
  if (!rest.empty() && rest.front() == '.') {
    const auto end = rest.find_first_not_of("0123456789", 1);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  const auto ahead = read_offset(rest);
  if (!ahead) return std::nullopt;
  return *day + clock - *ahead;
}

}  // namespace trifle::stats::detail::sqlite
