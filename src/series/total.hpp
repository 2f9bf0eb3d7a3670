#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include <trifle/stats/number.hpp>

namespace trifle::stats::detail {

__extension__ using WideInteger = __int128;

/// A double, or the integer that everyone reads and writes in its place; nothing where it isn't finite.
inline std::optional<Number> number_of(double real) noexcept {
  if (!std::isfinite(real)) return std::nullopt;
  if (std::abs(real) <= 0x1p53) {
    const auto integer = static_cast<std::int64_t>(real);
    if (static_cast<double>(integer) == real) return integer;
  }
  return real;
}

/// A sum of doubles together with what rounding took from it, so that their order hardly matters.
struct RealSum {
  double sum = 0;
  double lost = 0;

  void add(double real) noexcept {
    const double next = sum + real;
    const double taken = next - sum;
    lost += (sum - (next - taken)) + (real - taken);
    sum = next;
  }
  void add(const RealSum& other) noexcept {
    add(other.sum);
    lost += other.lost;
  }
};

/// A sum of numbers: of integers exactly, of fractions with what rounding took from it.
class Total {
 public:
  void add(std::int64_t integer) noexcept { integers_ += integer; }
  void add(double real) noexcept { reals_.add(real); }
  void add(const RealSum& reals) noexcept { reals_.add(reals); }
  void add(WideInteger integers) noexcept { integers_ += integers; }
  void add(Number number) noexcept {
    if (number.is_integer()) {
      add(*number.to_int64());
    } else {
      add(number.to_double());
    }
  }
  void add(const Total& other) noexcept {
    integers_ += other.integers_;
    reals_.add(other.reals_);
  }

  /// An integer where the sum is one that fits 64 bits; nothing where it is infinite.
  std::optional<Number> value() const noexcept {
    WideInteger whole = integers_;
    // Reals may be integers, too: a column with one fraction in it is all doubles.
    if (is_whole(reals_.sum) && is_whole(reals_.lost)) {
      whole += static_cast<WideInteger>(reals_.sum) + static_cast<WideInteger>(reals_.lost);
      constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();
      constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
      if (whole >= kLowest && whole <= kHighest) return static_cast<std::int64_t>(whole);
      return static_cast<double>(whole);
    }
    return number_of(real());
  }

  std::optional<Number> mean(std::size_t count) const noexcept {
    if (count == 0) return std::nullopt;
    const RealSum sum = both();
    const auto divisor = static_cast<double>(count);
    const double mean = sum.sum / divisor;
    const double rest = std::fma(-mean, divisor, sum.sum) + sum.lost;  // what the division left
    return number_of(std::isfinite(rest) ? mean + rest / divisor : mean);
  }

 private:
  static bool is_whole(double real) noexcept { return std::abs(real) < 0x1p100 && std::trunc(real) == real; }

  RealSum both() const noexcept {
    const auto near = static_cast<double>(integers_);
    RealSum sum = reals_;
    sum.add(near);
    // What the integers lost on their way to a double: at most half of what a double can tell, so it fits one.
    sum.lost += static_cast<double>(integers_ - static_cast<WideInteger>(near));
    return sum;
  }

  double real() const noexcept {
    const RealSum sum = both();
    return sum.sum + sum.lost;
  }

  WideInteger integers_ = 0;
  RealSum reals_;
};

/// a - b, the integer where both are and it fits 64 bits; nothing where it is infinite.
inline std::optional<Number> difference(Number a, Number b) noexcept {
  Total total;
  total.add(a);
  if (b.is_integer()) {
    total.add(-static_cast<WideInteger>(*b.to_int64()));
  } else {
    total.add(-b.to_double());
  }
  return total.value();
}

}  // namespace trifle::stats::detail
