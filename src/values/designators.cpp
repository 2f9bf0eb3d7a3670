#include <trifle/stats/designators.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>

#include <trifle/stats/error.hpp>
#include <trifle/stats/number.hpp>
#include <trifle/stats/path.hpp>

namespace trifle::stats {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw InvalidArgument(message, {.operation = "designator"}); }

std::string text_of_any(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-infinity" : "infinity";
  return Number(value).to_string();
}

void check_finite(const char* name, double value) {
  if (!std::isfinite(value)) refuse(std::string(name) + " is " + text_of_any(value) + "; it must be a finite number");
}

void check_range(double min, double max) {
  check_finite("min", min);
  check_finite("max", max);
  if (!(min < max)) refuse("min is " + text_of_any(min) + " and max " + text_of_any(max) + "; min must be below max");
}

// Plain digits, never an exponent, -0 as 0; with `point` at least one digit after a decimal point.
std::string label_of(double value, bool point) {
  if (value == 0) return point ? "0.0" : "0";
  char text[1100];  // the smallest double has 1,074 places, the largest 309 digits
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  std::string label(text, end);
  if (point && label.find('.') == std::string::npos) label += ".0";
  return label;
}

std::string segment(std::string label, bool family_layout) { return family_layout ? label : Path::escape(label); }

void check_value(double value) {
  if (std::isnan(value)) refuse("NaN belongs to no bucket");
}

// 10 to the number of the digits of floor(value), which is above 1: the power above it.
std::string power_above(double value) {
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, std::floor(value), std::chars_format::fixed).ptr;
  return '1' + std::string(static_cast<std::size_t>(end - text), '0') + ".0";
}

// 1 before as many places as there are zeros after the point of a value of at most 0.1: the power above it. The zeros
// are those of its shortest decimal text.
std::string power_below(double value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  const std::string_view spelled(text, static_cast<std::size_t>(end - text));
  int exponent = 0;  // of 1e-05: -5, so 4 zeros
  std::from_chars(spelled.data() + spelled.find('e') + 1, spelled.data() + spelled.size(), exponent);
  const int zeros = -exponent - 1;
  if (zeros <= 0) return "1.0";
  return "0." + std::string(static_cast<std::size_t>(zeros - 1), '0') + '1';
}

}  // namespace

namespace designators {

Linear linear(const LinearOptions& options) { return Linear(options); }
Geometric geometric(const GeometricOptions& options) { return Geometric(options); }
Custom custom(CustomOptions options) { return Custom(std::move(options)); }

// A step of 0.1 is one of 1 over 10, so that the bounds are the decimal numbers that the labels say.
Linear::Linear(const LinearOptions& options) : options_(options), units_(options.step) {
  check_range(options.min, options.max);
  if (!(options.step > 0 && std::isfinite(options.step)))
    refuse("step is " + text_of_any(options.step) + "; it must be a finite number above 0");
  constexpr double kLargest = 1e15;
  for (double scale = 10; scale <= kLargest && std::trunc(units_) != units_; scale *= 10) {
    const double units = std::round(options.step * scale);
    if (units > kLargest || units / scale != options.step) continue;
    units_ = units;
    scale_ = scale;
  }
}

double Linear::bound(double count) const noexcept {
  const double units = count * units_;
  return std::isfinite(units) ? units / scale_
                              : count * options_.step;  // the scale is too much for the largest doubles
}

std::string Linear::operator()(double value) const {
  check_value(value);
  return segment(label(value), options_.family_layout);
}

std::string Linear::label(double value) const {
  if (value <= options_.min) return label_of(options_.min, false);
  if (value > options_.max) return label_of(options_.max, false) + '+';
  const bool whole_step = std::trunc(options_.step) == options_.step;
  const double from = whole_step ? std::ceil(value) : value;
  double count = std::ceil(from / options_.step);
  if (bound(count - 1) >= from) --count;  // the quotient was rounded
  if (bound(count) < from) ++count;
  const double end = std::isfinite(count) ? bound(count) : from;  // a step far below what doubles tell apart
  return label_of(std::isfinite(end) ? end : options_.max, false);
}

Geometric::Geometric(const GeometricOptions& options) : options_(options) {
  options_.min = std::max(options_.min, 0.0);
  check_range(options_.min, options_.max);
}

std::string Geometric::operator()(double value) const {
  check_value(value);
  return segment(label(value), options_.family_layout);
}

std::string Geometric::label(double value) const {
  if (value <= options_.min) return label_of(options_.min, true);
  if (value > options_.max) return label_of(options_.max, true) + '+';
  if (value > 1) return power_above(value);
  return value > 0.1 ? "1.0" : power_below(value);
}

Custom::Custom(CustomOptions options) : options_(std::move(options)) {
  if (options_.buckets.empty()) refuse("buckets is empty; at least one is needed");
  for (const double bucket : options_.buckets) check_finite("one of buckets", bucket);
  std::sort(options_.buckets.begin(), options_.buckets.end());
}

std::string Custom::operator()(double value) const {
  check_value(value);
  return segment(label(value), options_.family_layout);
}

std::string Custom::label(double value) const {
  const auto& buckets = options_.buckets;
  if (value <= buckets.front()) return label_of(buckets.front(), false);
  if (value > buckets.back()) return label_of(buckets.back(), false) + '+';
  const auto above = std::upper_bound(buckets.begin(), buckets.end(), std::ceil(value));
  return label_of(above == buckets.end() ? buckets.back() : *above, false);
}

}  // namespace designators
}  // namespace trifle::stats
