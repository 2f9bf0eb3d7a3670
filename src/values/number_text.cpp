#include "values/number_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace trifle::stats::detail {
namespace {

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// A decimal number taken apart, without its sign.
struct Decimal {
  std::string_view integer;
  std::string_view fraction;
  std::string_view exponent;  ///< with its sign; empty where there is none
};

std::string_view take_digits(std::string_view& text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const auto digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

std::optional<Decimal> split(std::string_view text) noexcept {
  Decimal decimal;
  decimal.integer = take_digits(text);
  if (decimal.integer.empty()) return std::nullopt;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    decimal.fraction = take_digits(text);
    if (decimal.fraction.empty()) return std::nullopt;
  }
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    const auto exponent = text;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
    if (take_digits(text).empty()) return std::nullopt;
    decimal.exponent = exponent.substr(0, exponent.size() - text.size());
  }
  if (!text.empty()) return std::nullopt;
  return decimal;
}

/// Whether a number that no double can hold is too small, rather than too large: by the place of its first digit.
bool is_tiny(const Decimal& decimal) noexcept {
  long long place = 0;
  if (const auto first = decimal.integer.find_first_not_of('0'); first != std::string_view::npos) {
    place = static_cast<long long>(decimal.integer.size() - first);
  } else {
    const auto zeros = decimal.fraction.find_first_not_of('0');
    place = -static_cast<long long>(zeros == std::string_view::npos ? decimal.fraction.size() : zeros);
  }
  long long exponent = 0;
  auto digits = decimal.exponent;
  const bool negative = !digits.empty() && digits.front() == '-';
  if (!digits.empty() && !is_digit(digits.front())) digits.remove_prefix(1);
  constexpr long long kFar = 1'000'000'000'000;
  for (const char c : digits) exponent = exponent < kFar ? exponent * 10 + (c - '0') : kFar;
  return place + (negative ? -exponent : exponent) < 0;
}

}  // namespace

char* write_number(char* first, Number number) noexcept {
  char* const last = first + kNumberLength;
  if (number.is_integer()) return std::to_chars(first, last, *number.to_int64()).ptr;
  const double real = number.to_double();
  if (std::fabs(real) <= kExactIntegers && std::trunc(real) == real) {
    return std::to_chars(first, last, static_cast<std::int64_t>(real)).ptr;
  }
  return std::to_chars(first, last, real).ptr;
}

void append_number(std::string& out, Number number) {
  char text[kNumberLength];
  out.append(text, static_cast<std::size_t>(write_number(text, number) - text));
}

std::optional<Number> read_number(std::string_view text) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  const std::string_view unsigned_text = negative || (!text.empty() && text.front() == '+') ? text.substr(1) : text;
  const auto decimal = split(unsigned_text);
  if (!decimal) return std::nullopt;

  const std::string_view signed_text = negative ? text : unsigned_text;  // from_chars knows no plus
  if (decimal->exponent.empty() && decimal->fraction.find_first_not_of('0') == std::string_view::npos) {
    const char* const end = signed_text.data() + (negative ? 1 : 0) + decimal->integer.size();
    std::int64_t integer = 0;
    if (std::from_chars(signed_text.data(), end, integer).ec == std::errc()) return Number(integer);
  }
  double real = 0;
  const auto result = std::from_chars(signed_text.data(), signed_text.data() + signed_text.size(), real);
  if (result.ec == std::errc::result_out_of_range) {
    if (!is_tiny(*decimal)) return std::nullopt;
    real = 0;
  }
  if (!std::isfinite(real)) return std::nullopt;
  if (std::fabs(real) <= kExactIntegers && std::trunc(real) == real) return Number(static_cast<std::int64_t>(real));
  return Number(real);
}

}  // namespace trifle::stats::detail
