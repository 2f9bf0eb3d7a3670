#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <trifle/stats/number.hpp>

#include "series/column.hpp"
#include "series/expression/arithmetic.hpp"
#include "series/total.hpp"

namespace trifle::stats::detail {

/// How many consecutive rows are computed at a time: few enough that all their values stay in the fastest cache.
inline constexpr std::size_t kLaneRows = 256;

/// The values of consecutive rows at one place of a program: a view.
///
/// Mostly `Reals`: doubles, NaN where a row has none, and as in a Column an integral value up to 2^53 stands for the
/// integer. `Numbers` only where an integer beyond 2^53 is among them; then NaN stands for absent, too. `One` is the
/// same in every row.
class Lane {
 public:
  Lane() = default;
  explicit Lane(Number one) noexcept : one_(one) {}
  explicit Lane(const double* reals) noexcept : form_(Form::Reals), reals_(reals) {}
  explicit Lane(const Number* numbers) noexcept : form_(Form::Numbers), numbers_(numbers) {}

  bool is_one() const noexcept { return form_ == Form::One; }
  bool is_reals() const noexcept { return form_ == Form::Reals; }
  Number one() const noexcept { return one_; }             ///< of One
  const double* reals() const noexcept { return reals_; }  ///< of Reals

  /// Whether doubles say all of it.
  bool fits_reals() const noexcept { return form_ == Form::Reals || (form_ == Form::One && !is_wide(one_)); }

  Number at(std::size_t row) const noexcept {
    if (form_ == Form::Reals) return number_of(reals_[row]).value_or(kAbsent);
    return form_ == Form::One ? one_ : numbers_[row];
  }

  /// An integer that no double stands for.
  static bool is_wide(Number number) noexcept {
    if (!number.is_integer()) return false;
    const std::int64_t integer = *number.to_int64();
    return integer > kExactInDouble || integer < -kExactInDouble;
  }

 private:
  enum class Form : std::uint8_t { One, Reals, Numbers };

  Form form_ = Form::One;
  Number one_ = kAbsent;
  const double* reals_ = nullptr;
  const Number* numbers_ = nullptr;
};

/// Room for one lane's values, made when it is needed.
class LaneRoom {
 public:
  double* reals() {
    if (reals_ == nullptr) reals_ = std::make_unique<double[]>(kLaneRows);
    return reals_.get();
  }
  Number* numbers() {
    if (numbers_ == nullptr) numbers_ = std::make_unique<Number[]>(kLaneRows);
    return numbers_.get();
  }

  /// Values computed one by one: `number(row)` for each, and a lane of them. It may read what it overwrites, if that is
  /// the same row's.
  template <class Make>
  Lane fill(std::size_t rows, Make&& number) {
    Number* const cells = numbers();
    bool wide = false;
    for (std::size_t row = 0; row < rows; ++row) {
      cells[row] = number(row);
      wide = wide || Lane::is_wide(cells[row]);
    }
    if (wide) return Lane(cells);
    double* const narrow = reals();
    for (std::size_t row = 0; row < rows; ++row) narrow[row] = cells[row].to_double();
    return Lane(narrow);
  }

 private:
  std::unique_ptr<double[]> reals_;
  std::unique_ptr<Number[]> numbers_;
};

}  // namespace trifle::stats::detail
