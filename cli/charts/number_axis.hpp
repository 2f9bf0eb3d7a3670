#pragma once

#include <string>
#include <vector>

namespace trifle::cli {

struct NumberTick {
  double value;
  std::string text;
};

/// An axis of numbers from `bottom` to `top`, both multiples of `step`, zero among them: a length can be trusted only
/// where it starts at zero.
struct NumberAxis {
  double bottom = 0;
  double top = 1;
  double step = 1;

  std::vector<NumberTick> ticks() const;
  /// Where a number stands: 0 at the bottom, 1 at the top.
  double position(double value) const noexcept;
};

/// The axis for numbers from `lowest` to `highest`, in about `steps` steps of 1, 2 or 5 times a power of ten.
NumberAxis number_axis(double lowest, double highest, int steps);

/// Four digits: "1.5k", "20M", "0.05", "1e+20". With a point, whatever the locale.
std::string short_number(double value);

}  // namespace trifle::cli
