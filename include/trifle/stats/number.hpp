#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>

namespace trifle::stats {

/// The arithmetic types that may be a leaf of a payload: all but `bool` and the character types.
template <class T>
concept Numeric = std::is_arithmetic_v<T> && !std::same_as<std::remove_cv_t<T>, bool> && !std::same_as<std::remove_cv_t<T>, char> &&
                  !std::same_as<std::remove_cv_t<T>, wchar_t> && !std::same_as<std::remove_cv_t<T>, char8_t> &&
                  !std::same_as<std::remove_cv_t<T>, char16_t> && !std::same_as<std::remove_cv_t<T>, char32_t>;

/// A number as it is tracked, stored and read back: a 64-bit integer, exactly, or a double.
///
/// Sums of integers stay integers; where one would pass 64 bits, and where a double takes part, the sum is a double.
/// Comparison is by value and exact: `Number(2) == Number(2.0)`, `Number(2^53 + 1) != Number(9007199254740992.0)`.
/// A plain value without allocation; share it between threads as you like.
class Number {
 public:
  constexpr Number() noexcept : integer_(0) {}

  /// Throws InvalidArgument for an unsigned integer above 2^63-1. NaN and infinities can be held; writing refuses them.
  template <Numeric T>
  constexpr Number(T value) {  // NOLINT(google-explicit-constructor): numbers are numbers
    if constexpr (std::is_floating_point_v<T>) {
      real_ = static_cast<double>(value);
      is_integer_ = false;
    } else {
      if constexpr (std::is_unsigned_v<T> && sizeof(T) >= sizeof(std::int64_t)) {
        if (value > static_cast<T>(std::numeric_limits<std::int64_t>::max())) too_large(value);
      }
      integer_ = static_cast<std::int64_t>(value);
    }
  }

  constexpr bool is_integer() const noexcept { return is_integer_; }
  bool is_finite() const noexcept;

  /// The nearest double.
  constexpr double to_double() const noexcept { return is_integer_ ? static_cast<double>(integer_) : real_; }
  constexpr explicit operator double() const noexcept { return to_double(); }

  /// The integer, where the value is one and fits: of 3.0 too, not of 2.5.
  std::optional<std::int64_t> to_int64() const noexcept;

  /// The shortest decimal text that reads back as the same value; an integral value up to 2^53 prints without a fraction.
  std::string to_string() const;

  friend Number operator+(Number a, Number b) noexcept;
  Number& operator+=(Number other) noexcept { return *this = *this + other; }

  friend bool operator==(Number a, Number b) noexcept { return (a <=> b) == 0; }
  friend std::partial_ordering operator<=>(Number a, Number b) noexcept;

  friend std::ostream& operator<<(std::ostream& out, Number number);

 private:
  [[noreturn]] static void too_large(std::uint64_t value);

  union {
    std::int64_t integer_;
    double real_;
  };
  bool is_integer_ = true;
};

}  // namespace trifle::stats
