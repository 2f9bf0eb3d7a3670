#include <trifle/stats/number.hpp>

#include <cmath>
#include <ostream>

#include <trifle/stats/error.hpp>

#include "values/number_text.hpp"

namespace trifle::stats {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

std::partial_ordering compare(std::int64_t integer, double real) noexcept {
  if (std::isnan(real)) return std::partial_ordering::unordered;
  if (real >= kTwoTo63) return std::partial_ordering::less;
  if (real < -kTwoTo63) return std::partial_ordering::greater;
  const double whole = std::trunc(real);
  if (const auto order = integer <=> static_cast<std::int64_t>(whole); order != 0) return order;
  return 0.0 <=> real - whole;
}

std::partial_ordering reversed(std::partial_ordering order) noexcept {
  if (order < 0) return std::partial_ordering::greater;
  if (order > 0) return std::partial_ordering::less;
  return order;
}

}  // namespace

std::optional<std::int64_t> Number::integral() const noexcept {
  if (!(real() >= -kTwoTo63 && real() < kTwoTo63) || std::trunc(real()) != real()) return std::nullopt;
  return static_cast<std::int64_t>(real());
}

std::string Number::to_string() const {
  std::string text;
  detail::append_number(text, *this);
  return text;
}

// The double nearest to a sum of two integers that passed 64 bits; both have the same sign then.
Number Number::wide_sum(std::int64_t a, std::int64_t b) noexcept {
  const auto x = static_cast<std::uint64_t>(a);
  const auto y = static_cast<std::uint64_t>(b);
  if (a >= 0) return static_cast<double>(x + y);
  const std::uint64_t magnitude = (0 - x) + (0 - y);
  return magnitude == 0 ? -kTwoTo64 : -static_cast<double>(magnitude);
}

std::partial_ordering operator<=>(Number a, Number b) noexcept {
  if (a.is_integer_ && b.is_integer_) return a.integer() <=> b.integer();
  if (a.is_integer_) return compare(a.integer(), b.real());
  if (b.is_integer_) return reversed(compare(b.integer(), a.real()));
  return a.real() <=> b.real();
}

std::ostream& operator<<(std::ostream& out, Number number) { return out << number.to_string(); }

void Number::too_large(std::uint64_t value) {
  throw InvalidArgument("the unsigned integer " + std::to_string(value) +
                            " is too large; integers up to 9223372036854775807 and doubles are allowed",
                        {.operation = "number"});
}

}  // namespace trifle::stats
