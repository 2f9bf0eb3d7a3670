#include "input/access_log_line.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <type_traits>

namespace trifle::cli {
namespace {

constexpr std::size_t kTimeLength = 26;  // 17/May/2015:10:05:03 +0000

const char* find(const char* from, const char* end, char c) noexcept {
  return static_cast<const char*>(std::memchr(from, c, static_cast<std::size_t>(end - from)));
}

/// The quote that ends a text whose own quotes are escaped with backslashes.
const char* closing_quote(const char* from, const char* end) noexcept {
  const char* at = from;
  while ((at = find(at, end, '"')) != nullptr) {
    const char* backslash = at;
    while (backslash > from && backslash[-1] == '\\') --backslash;
    if ((at - backslash) % 2 == 0) return at;
    ++at;
  }
  return nullptr;
}

/// Whether the first N bytes are the same: two loads that overlap, where memcmp would be called.
template <std::size_t N>
bool same(const char* a, const char* b) noexcept {
  using Word = std::conditional_t<(N >= 8), std::uint64_t, std::uint32_t>;
  static_assert(N >= sizeof(Word) && N <= 2 * sizeof(Word));
  Word words[4];
  std::memcpy(&words[0], a, sizeof(Word));
  std::memcpy(&words[1], b, sizeof(Word));
  std::memcpy(&words[2], a + N - sizeof(Word), sizeof(Word));
  std::memcpy(&words[3], b + N - sizeof(Word), sizeof(Word));
  return ((words[0] ^ words[1]) | (words[2] ^ words[3])) == 0;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Two digits, or a value that fails every check of a range.
int two_digits(const char* text) noexcept {
  const unsigned tens = static_cast<unsigned char>(text[0]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(text[1]) - unsigned{'0'};
  return tens < 10 && ones < 10 ? static_cast<int>(tens * 10 + ones) : 1000;
}

}  // namespace

std::string_view AccessLogLine::target() const noexcept {
  const auto first = request.find(' ');
  if (first == std::string_view::npos) return request;
  const auto last = request.rfind(' ');
  return last == first ? request.substr(first + 1) : request.substr(first + 1, last - first - 1);
}

std::string_view AccessLogLine::protocol() const noexcept {
  const auto first = request.find(' ');
  const auto last = request.rfind(' ');
  return first == last ? std::string_view() : request.substr(last + 1);
}

std::string_view AccessLogLine::agent() const noexcept {
  const char* const quote = rest.empty() ? nullptr : closing_quote(rest.data(), rest.data() + rest.size());
  return quote == nullptr ? rest : rest.substr(0, static_cast<std::size_t>(quote - rest.data()));
}

std::string_view parse_access_log_line(std::string_view line, AccessLogFormat format, AccessLogLine& out) noexcept {
  const char* const begin = line.data();
  const char* const end = begin + line.size();

  const char* at = line.empty() ? nullptr : find(begin, end, ' ');
  if (at == nullptr) return "no time in brackets";
  if (at == begin) return "no host";
  out.host = {begin, static_cast<std::size_t>(at - begin)};
  const char* const after_host = at + 1;

  // Nearly every line says nothing about its user.
  static constexpr std::string_view kNobody = "- - [";
  if (end - at > 6 && std::memcmp(at + 1, kNobody.data(), kNobody.size()) == 0) at += kNobody.size() - 1;

  // A user's name may hold a bracket too: the time is in the first pair that is as long as a time.
  for (++at;; ++at) {
    at = find(at, end, '[');
    if (at == nullptr || end - at < static_cast<std::ptrdiff_t>(kTimeLength + 2)) return "no time in brackets";
    if (at[kTimeLength + 1] == ']' && at[-1] == ' ') break;
  }
  out.user = {after_host, static_cast<std::size_t>(at - after_host)};
  if (!out.user.empty()) out.user.remove_suffix(1);
  out.time = {at + 1, kTimeLength};
  at += kTimeLength + 2;

  if (end - at < 2 || at[0] != ' ' || at[1] != '"') return "no request in quotes";
  at += 2;
  const char* quote = closing_quote(at, end);
  if (quote == nullptr) return "no request in quotes";
  out.request = {at, static_cast<std::size_t>(quote - at)};
  at = quote + 1;

  if (end - at < 6 || at[0] != ' ' || !is_digit(at[1]) || !is_digit(at[2]) || !is_digit(at[3]) || at[4] != ' ') {
    return "no status";
  }
  out.status = {at + 1, 3};
  at += 5;

  const char* const bytes = at;
  if (*at == '-') {
    ++at;
  } else {
    while (at < end && is_digit(*at)) ++at;
  }
  out.bytes = {bytes, static_cast<std::size_t>(at - bytes)};
  if (out.bytes.empty() || (at < end && *at != ' ')) return "no number of bytes";
  if (format == AccessLogFormat::Common) return {};

  if (end - at < 2 || at[1] != '"') return "no referer in quotes";
  at += 2;
  quote = closing_quote(at, end);
  if (quote == nullptr) return "no referer in quotes";
  out.referer = {at, static_cast<std::size_t>(quote - at)};
  at = quote + 1;
  if (end - at < 2 || at[0] != ' ' || at[1] != '"') return "no user agent in quotes";
  at += 2;
  out.rest = {at, static_cast<std::size_t>(end - at)};
  return {};
}

bool ClfClock::read_minute(std::string_view text) noexcept {
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const char* const at = text.data();
  if (at[2] != '/' || at[6] != '/' || at[11] != ':' || at[14] != ':' || at[17] != ':') return false;
  unsigned month = 0;
  while (month < 12 && kMonths[month] != text.substr(3, 3)) ++month;
  const int day = two_digits(at);
  const int century = two_digits(at + 7);
  const int year = two_digits(at + 9);
  const int hour = two_digits(at + 12);
  const int minute = two_digits(at + 15);
  if (month == 12 || day > 31 || century > 99 || year > 99 || hour > 23 || minute > 59) return false;
  const std::chrono::year_month_day date{std::chrono::year(century * 100 + year), std::chrono::month(month + 1),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || date.year() < std::chrono::year(1)) return false;
  minute_ =
      std::chrono::sys_seconds(std::chrono::sys_days(date)).time_since_epoch().count() + hour * 3600 + minute * 60;
  std::memcpy(minute_text_, at, sizeof minute_text_);
  return true;
}

std::optional<std::int64_t> ClfClock::read(std::string_view text) noexcept {
  if (text.size() != kTimeLength) return std::nullopt;
  const char* const at = text.data();
  if (!(same<16>(at, minute_text_) && same<4>(at + 14, minute_text_ + 14)) && !read_minute(text)) return std::nullopt;
  const int second = two_digits(at + 18);
  if (second > 60 || at[20] != ' ') return std::nullopt;
  if (!same<5>(at + 21, zone_text_)) {
    const int hours = two_digits(at + 22);
    const int minutes = two_digits(at + 24);
    if ((at[21] != '+' && at[21] != '-') || hours > 23 || minutes > 59) return std::nullopt;
    zone_ = (hours * 60 + minutes) * (at[21] == '-' ? -60 : 60);
    std::memcpy(zone_text_, at + 21, sizeof zone_text_);
  }
  return minute_ + second - zone_;
}

}  // namespace trifle::cli
