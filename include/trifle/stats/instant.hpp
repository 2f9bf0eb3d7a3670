#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <type_traits>

namespace trifle::stats {

/// A point in time, from the start of year 1 to the end of year 9999 in UTC, to the microsecond.
///
/// `std::chrono::system_clock` counts nanoseconds and ends in 2262, so this is a type of its own. It is made from any
/// `sys_time`, finer parts are floored away, and what lies outside the years 1 to 9999 throws `InvalidArgument`.
/// A plain value: copy it freely, share it between threads.
class Instant {
 public:
  /// 1970-01-01T00:00:00Z
  constexpr Instant() noexcept = default;

  /// Throws InvalidArgument outside the years 1 to 9999.
  template <class Duration>
  // NOLINTNEXTLINE(google-explicit-constructor): a time point is an instant
  constexpr Instant(std::chrono::sys_time<Duration> time) : Instant(from(time.time_since_epoch())) {}

  /// From unix seconds. Throws InvalidArgument outside the years 1 to 9999.
  static Instant from_unix(std::int64_t seconds) {
    return Instant(std::chrono::sys_seconds(std::chrono::seconds(seconds)));
  }

  /// Reads RFC 3339, "2026-07-15T10:37:45.5+02:00" (`T` may be a space, digits past the sixth are floored away).
  /// Throws InvalidArgument naming the text and what is wrong with it.
  static Instant parse(std::string_view rfc3339);

  static Instant now() { return Instant(std::chrono::system_clock::now()); }

  /// Unix seconds, floored.
  constexpr std::int64_t unix_seconds() const noexcept {
    return micros_ >= 0 ? micros_ / 1'000'000 : -((-micros_ + 999'999) / 1'000'000);
  }
  constexpr std::int64_t unix_micros() const noexcept { return micros_; }

  constexpr operator std::chrono::sys_seconds() const noexcept {  // NOLINT(google-explicit-constructor): and back
    return std::chrono::sys_seconds(std::chrono::seconds(unix_seconds()));
  }

  /// RFC 3339 in UTC, with a fraction only where there is one: "2026-07-15T10:37:45Z".
  std::string to_string() const;

  friend constexpr bool operator==(Instant, Instant) noexcept = default;
  friend constexpr std::strong_ordering operator<=>(Instant, Instant) noexcept = default;

  /// Throws InvalidArgument where the result leaves the years 1 to 9999.
  friend Instant operator+(Instant at, std::chrono::microseconds by) { return at.shifted(by.count()); }
  friend Instant operator-(Instant at, std::chrono::microseconds by) { return at.shifted_back(by.count()); }
  friend constexpr std::chrono::microseconds operator-(Instant a, Instant b) noexcept {
    return std::chrono::microseconds(a.micros_ - b.micros_);
  }

  friend std::ostream& operator<<(std::ostream& out, Instant at);

 private:
  static constexpr std::int64_t kFirst = -62'135'596'800;  // 0001-01-01T00:00:00Z
  static constexpr std::int64_t kLast = 253'402'300'799;   // 9999-12-31T23:59:59Z

  struct Micros {
    std::int64_t count;
  };
  constexpr explicit Instant(Micros micros) noexcept : micros_(micros.count) {}

  template <class Rep, class Period>
  static constexpr Micros from(std::chrono::duration<Rep, Period> since_epoch) {
    using Microseconds = std::chrono::duration<std::int64_t, std::micro>;
    constexpr bool kWhole = std::is_integral_v<Rep> && std::is_signed_v<Rep> && sizeof(Rep) <= sizeof(std::int64_t);
    if constexpr (kWhole && Period::den == 1) {  // seconds and coarser
      const std::int64_t count = since_epoch.count();
      if (count < kFirst / Period::num || count > kLast / Period::num) out_of_range();
      return {count * Period::num * 1'000'000};
    } else if constexpr (kWhole && Period::num == 1 && Period::den % 1'000'000 == 0) {  // microseconds and finer
      const std::int64_t micros = std::chrono::floor<Microseconds>(since_epoch).count();
      if (micros < kFirst * 1'000'000 || micros >= (kLast + 1) * 1'000'000) out_of_range();
      return {micros};
    } else {
      // Compared as long double first: converting a far-away count to microseconds could overflow.
      const auto approximate = std::chrono::duration<long double>(since_epoch).count();
      if (!(approximate >= static_cast<long double>(kFirst) && approximate < static_cast<long double>(kLast) + 1.0L))
        out_of_range();
      return {std::chrono::floor<Microseconds>(since_epoch).count()};
    }
  }
  [[noreturn]] static void out_of_range();
  Instant shifted(std::int64_t micros) const;
  Instant shifted_back(std::int64_t micros) const;

  std::int64_t micros_ = 0;
};

}  // namespace trifle::stats
