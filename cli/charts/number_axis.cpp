#include "charts/number_axis.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace trifle::cli {
namespace {

/// 1, 2 or 5 times a power of ten, at least `raw`.
double round_step(double raw) {
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (raw <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

std::string short_number(double value) {
  static constexpr std::array<std::pair<double, const char*>, 4> kSuffixes = {
      {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  const double size = std::fabs(value);
  const char* suffix = "";
  if (size < 1e15) {
    for (const auto& [unit, letter] : kSuffixes) {
      if (size < unit) continue;
      value /= unit;
      suffix = letter;
      break;
    }
  }
  std::array<char, 48> text{};
  const auto done =
      std::to_chars(text.data(), text.data() + text.size(), value == 0 ? 0.0 : value, std::chars_format::general, 4);
  return std::string(text.data(), done.ptr) + suffix;
}

std::vector<NumberTick> NumberAxis::ticks() const {
  std::vector<NumberTick> all;
  const auto count = std::lround((top - bottom) / step);
  for (long i = 0; i <= count; ++i) {
    const double value = bottom + static_cast<double>(i) * step;
    const double clean = std::fabs(value) < step / 2 ? 0 : value;
    all.push_back({clean, short_number(clean)});
  }
  return all;
}

double NumberAxis::position(double value) const noexcept { return (value - bottom) / (top - bottom); }

NumberAxis number_axis(double lowest, double highest, int steps) {
  // Kept well inside of what a double can hold, so that no sum below overflows.
  constexpr double kLimit = 1e300;
  const double low = std::max(std::min(lowest, 0.0), -kLimit);
  double high = std::min(std::max(highest, 0.0), kLimit);
  if (high - low < 1e-300) high = low + 1;
  NumberAxis axis;
  axis.step = round_step((high - low) / std::max(1, steps));
  axis.bottom = std::floor(low / axis.step + 1e-9) * axis.step;
  axis.top = std::ceil(high / axis.step - 1e-9) * axis.step;
  if (axis.top <= axis.bottom) axis.top = axis.bottom + axis.step;
  return axis;
}

}  // namespace trifle::cli
