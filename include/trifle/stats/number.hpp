#pragma once

#include <bit>
#include <compare>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>

namespace trifle::stats {

namespace detail {
class Merge;
}

/// The arithmetic types that may be a leaf of a payload: all but `bool` and the character types.
template <class T>
concept Numeric =
    std::is_arithmetic_v<T> && !std::same_as<std::remove_cv_t<T>, bool> && !std::same_as<std::remove_cv_t<T>, char> &&
    !std::same_as<std::remove_cv_t<T>, wchar_t> && !std::same_as<std::remove_cv_t<T>, char8_t> &&
    !std::same_as<std::remove_cv_t<T>, char16_t> && !std::same_as<std::remove_cv_t<T>, char32_t>;

/// A number as it is tracked, stored and read back: a 64-bit integer, exactly, or a double.
///
/// Sums of integers stay integers; where one would pass 64 bits, and where a double takes part, the sum is a double.
/// Comparison is by value and exact: `Number(2) == Number(2.0)`, `Number(2^53 + 1) != Number(9007199254740992.0)`.
/// A plain value without allocation; share it between threads as you like.
class Number {
 public:
  constexpr Number() noexcept = default;

  // Member by member: copied as one block of 16 bytes, a number that was just made stalls the processor, since its two
  // stores can't be forwarded to one load. It made tracking three times slower.
  constexpr Number(const Number& other) noexcept : bits_(other.bits_), is_integer_(other.is_integer_) {}
  constexpr Number& operator=(const Number& other) noexcept {
    bits_ = other.bits_;
    is_integer_ = other.is_integer_;
    return *this;
  }

  /// Throws InvalidArgument for an unsigned integer above 2^63-1. NaN and infinities can be held; writing refuses them.
  template <Numeric T>
  constexpr Number(T value) {  // NOLINT(google-explicit-constructor): numbers are numbers
    if constexpr (std::is_floating_point_v<T>) {
      bits_ = std::bit_cast<std::uint64_t>(static_cast<double>(value));
      is_integer_ = false;
    } else {
      if constexpr (std::is_unsigned_v<T> && sizeof(T) >= sizeof(std::int64_t)) {
        if (value > static_cast<T>(std::numeric_limits<std::int64_t>::max())) too_large(value);
      }
      bits_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
    }
  }

  constexpr bool is_integer() const noexcept { return is_integer_; }
  constexpr bool is_finite() const noexcept {
    return is_integer_ ||
           (real() >= std::numeric_limits<double>::lowest() && real() <= std::numeric_limits<double>::max());
  }

  /// The nearest double.
  constexpr double to_double() const noexcept { return is_integer_ ? static_cast<double>(integer()) : real(); }
  constexpr explicit operator double() const noexcept { return to_double(); }

  /// The integer, where the value is one and fits: of 3.0 too, not of 2.5.
  std::optional<std::int64_t> to_int64() const noexcept {
    if (is_integer_) return integer();
    return integral();
  }

  /// The shortest decimal text that reads back as the same value; an integral value up to 2^53 prints without a
  /// fraction.
  std::string to_string() const;

  friend Number operator+(Number a, Number b) noexcept {
    if (!a.is_integer_ || !b.is_integer_) return Number(a.to_double() + b.to_double());
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a.integer(), b.integer(), &sum)) return wide_sum(a.integer(), b.integer());
    return Number(sum);
  }
  Number& operator+=(Number other) noexcept { return *this = *this + other; }

  friend bool operator==(Number a, Number b) noexcept { return (a <=> b) == 0; }
  friend std::partial_ordering operator<=>(Number a, Number b) noexcept;

  friend std::ostream& operator<<(std::ostream& out, Number number);

 private:
  friend class detail::Merge;

  /// Adds two integers whose sum is one, or changes nothing.
  bool add_integer(Number other) noexcept {
    std::int64_t sum = 0;
    if (!(is_integer_ & other.is_integer_) || __builtin_add_overflow(integer(), other.integer(), &sum)) return false;
    bits_ = static_cast<std::uint64_t>(sum);
    return true;
  }
  /// Takes that back.
  void subtract_integer(Number other) noexcept { bits_ -= other.bits_; }

  [[noreturn]] static void too_large(std::uint64_t value);
  static Number wide_sum(std::int64_t a, std::int64_t b) noexcept;

  std::optional<std::int64_t> integral() const noexcept;
  constexpr std::int64_t integer() const noexcept { return static_cast<std::int64_t>(bits_); }
  constexpr double real() const noexcept { return std::bit_cast<double>(bits_); }

  std::uint64_t bits_ = 0;
  bool is_integer_ = true;
};

}  // namespace trifle::stats
