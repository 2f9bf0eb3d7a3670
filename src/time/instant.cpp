#include <trifle/stats/error.hpp>
#include <trifle/stats/instant.hpp>

#include <limits>
#include <ostream>

#include "time/civil.hpp"
#include "time/quoted_text.hpp"
#include "time/rfc3339.hpp"

namespace trifle::stats {
namespace {

constexpr std::int64_t kMicros = 1'000'000;

// Reads left to right; what doesn't fit throws with the whole text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), rest_(text) {}

  [[noreturn]] void refuse(std::string_view why) const {
    throw InvalidArgument(detail::quoted(text_) + " is not an instant: " + std::string(why) +
                          "; expected RFC 3339, such as \"2026-07-15T10:37:45Z\" or \"2026-07-15T10:37:45.5+02:00\"");
  }

  char take_one_of(std::string_view allowed, std::string_view what) {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) refuse(what);
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  int take_digits(int digits, std::string_view what) {
    int value = 0;
    while (digits-- > 0) value = value * 10 + (take_one_of("0123456789", what) - '0');
    return value;
  }

  int take_at_most(int limit, std::string_view what) {
    const int value = take_digits(2, what);
    if (value > limit) refuse(what);
    return value;
  }

  // Microseconds; further digits are read and left out.
  std::int64_t take_fraction() {
    if (rest_.empty() || rest_.front() != '.') return 0;
    rest_.remove_prefix(1);
    std::int64_t micros = take_digits(1, "there are no digits after the point") * (kMicros / 10);
    for (std::int64_t unit = kMicros / 100; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; unit /= 10)
      micros += take_digits(1, "") * unit;
    return micros;
  }

  // Seconds ahead of UTC.
  std::int64_t take_offset() {
    constexpr std::string_view kForm = "the offset is missing or is neither Z nor +hh:mm nor -hh:mm";
    const char sign = take_one_of("Zz+-", kForm);
    if (sign == 'Z' || sign == 'z') return 0;
    const int hours = take_at_most(23, kForm);
    take_one_of(":", kForm);
    const std::int64_t seconds = hours * detail::kHour + take_at_most(59, kForm) * detail::kMinute;
    return sign == '-' ? -seconds : seconds;
  }

  void expect_end() const {
    if (!rest_.empty()) refuse("something follows the offset");
  }

 private:
  std::string_view text_;
  std::string_view rest_;
};

}  // namespace

Instant Instant::parse(std::string_view rfc3339) {
  Reader reader(rfc3339);
  const int year = reader.take_digits(4, "the year has not four digits");
  reader.take_one_of("-", "there is no - after the year");
  const int month = reader.take_at_most(12, "the month is not 01 to 12");
  reader.take_one_of("-", "there is no - after the month");
  const int day = reader.take_at_most(31, "the day is not one of that month");
  reader.take_one_of("Tt ", "there is no T after the date");
  const int hour = reader.take_at_most(23, "the hour is not 00 to 23");
  reader.take_one_of(":", "there is no : after the hour");
  const int minute = reader.take_at_most(59, "the minute is not 00 to 59");
  reader.take_one_of(":", "there is no : after the minute");
  const int second = reader.take_at_most(59, "the second is not 00 to 59");
  const std::int64_t micros = reader.take_fraction();
  const std::int64_t offset = reader.take_offset();
  reader.expect_end();

  if (year == 0) reader.refuse("the year is not one of 0001 to 9999");
  if (month == 0) reader.refuse("the month is not 01 to 12");
  if (day == 0 || day > detail::days_in_month(year, month)) reader.refuse("the day is not one of that month");
  const std::int64_t seconds = detail::days_from_civil(year, month, day) * detail::kDay + hour * detail::kHour +
                               minute * detail::kMinute + second - offset;
  if (seconds < kFirst || seconds > kLast) reader.refuse("in UTC it is outside the years 1 to 9999");
  return Instant(Micros{seconds * kMicros + micros});
}

std::string Instant::to_string() const { return detail::rfc3339(*this, std::chrono::seconds(0)); }

Instant Instant::shifted(std::int64_t micros) const {
  // Compared without adding: the sum could overflow.
  if (micros < 0 ? micros < kFirst * kMicros - micros_ : micros > kLast * kMicros + (kMicros - 1) - micros_)
    out_of_range();
  return Instant(Micros{micros_ + micros});
}

Instant Instant::shifted_back(std::int64_t micros) const {
  // The lowest count has no opposite; it is out of range either way.
  if (micros == std::numeric_limits<std::int64_t>::min()) out_of_range();
  return shifted(-micros);
}

void Instant::out_of_range() { throw InvalidArgument("an instant outside the years 1 to 9999"); }

std::ostream& operator<<(std::ostream& out, Instant at) { return out << at.to_string(); }

}  // namespace trifle::stats
