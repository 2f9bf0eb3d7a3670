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

/// Writes a decimal of at most `kPlaces` places, if it is one; nothing else is written. With no more than 15 digits in
/// all, it is the one decimal of that length that reads back as this double, so it is just what to_chars finds the long
/// way.
template <int kPlaces>
char* write_decimal(char* first, double real) noexcept {
  constexpr std::uint64_t kScale = kPlaces == 2 ? 100 : 1'000'000;
  static_assert(kPlaces == 2 || kPlaces == 6);
  const double magnitude = std::fabs(real);
  const auto scaled = static_cast<std::uint64_t>(magnitude * static_cast<double>(kScale) + 0.5);
  if (static_cast<double>(scaled) / static_cast<double>(kScale) != magnitude) return nullptr;
  if (real < 0) *first++ = '-';
  char* const point = std::to_chars(first, first + kNumberLength - 1, scaled / kScale).ptr;
  *point = '.';
  std::uint64_t fraction = scaled % kScale;
  for (int i = kPlaces; i > 0; --i) {
    point[i] = static_cast<char>('0' + fraction % 10);
    fraction /= 10;
  }
  char* end = point + kPlaces + 1;
  while (end[-1] == '0') --end;
  return end;
}

}  // namespace

char* write_number(char* first, Number number) noexcept {
  char* const last = first + kNumberLength;
  if (number.is_integer()) return std::to_chars(first, last, *number.to_int64()).ptr;
  const double real = number.to_double();
  if (std::fabs(real) <= kExactIntegers && std::trunc(real) == real) {
    return std::to_chars(first, last, static_cast<std::int64_t>(real)).ptr;
  }
  // Prices, durations and the like; below a thousandth an exponent may be shorter.
  if (std::fabs(real) >= 1e-3 && std::fabs(real) < 1e9) {
    if (char* end = write_decimal<2>(first, real)) return end;
    if (char* end = write_decimal<6>(first, real)) return end;
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
