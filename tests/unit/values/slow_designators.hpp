#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <vector>

/// Designators done the slow and obvious way, from their tables: decimal digits as text, bounds tried one by one.
/// Labels as the family lays them out, with bare points.
namespace slow {

/// All digits of a double that is at least 1, and of smaller ones as many as tell it apart.
inline std::string digits(double value) {
  if (value == 0) return "0";
  char text[1500];
  const auto fixed = [&](int places) {
    return std::string(text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, places).ptr);
  };
  if (std::trunc(value) == value) return fixed(0);
  for (int places = 1; places < 1100; ++places) {
    const std::string tried = fixed(places);
    double read = 0;
    std::from_chars(tried.data(), tried.data() + tried.size(), read);
    if (read == value) return tried;
  }
  return "";
}

inline std::string with_point(std::string text) { return text.find('.') == std::string::npos ? text + ".0" : text; }

/// Of a whole step below 2^53, and numbers whose bucket can be counted to.
inline std::string linear(double min, double max, double step, double value) {
  if (value <= min) return digits(min);
  if (value > max) return digits(max) + "+";
  double end = 0;
  while (end < value) end += step;
  while (end - step >= value) end -= step;
  return digits(end);
}

inline std::string geometric(double min, double max, double value) {
  if (min < 0) min = 0;
  if (value <= min) return with_point(digits(min));
  if (value > max) return with_point(digits(max)) + "+";
  if (value > 1) {
    std::string label = "1";
    for (const char c : digits(std::floor(value))) label += c == ' ' ? ' ' : '0';
    return label + ".0";
  }
  if (value > 0.1) return "1.0";
  const std::string text = digits(value);
  std::string label;
  for (std::size_t i = 2; i < text.size() && text[i] == '0'; ++i) label += '0';
  if (label.empty()) return "1.0";
  label.back() = '1';
  return "0." + label;
}

inline std::string custom(std::vector<double> buckets, double value) {
  double first = buckets[0];
  double last = buckets[0];
  for (const double b : buckets) first = b < first ? b : first;
  for (const double b : buckets) last = b > last ? b : last;
  if (value <= first) return digits(first);
  if (value > last) return digits(last) + "+";
  double best = last;
  for (const double b : buckets)
    if (std::ceil(value) < b && b < best) best = b;
  return digits(best);
}

}  // namespace slow
