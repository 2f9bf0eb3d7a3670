// Designators on any doubles: every finite one has a label, one path segment of plain digits, and the slow and obvious
// designators give the same.
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <trifle/stats/designators.hpp>
#include <trifle/stats/error.hpp>
#include <trifle/stats/path.hpp>

#include "../unit/values/slow_designators.hpp"

namespace {

using namespace trifle::stats;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Designator, class Options>
std::string check(const Designator& make, Options options, double value) {
  const auto bucket = make(options);
  const std::string label = bucket(value);
  const Path path("ms." + label);
  require(path.segments().size() == 2);
  const std::string& name = path.segments()[1].name;
  require(!name.empty() && name.find_first_not_of("-0123456789.+") == std::string::npos);
  options.family_layout = true;
  require(make(options)(value) == name);
  return name;
}

// The same text, or another one as short for the same double: the slow designators round, which isn't always shortest.
bool same(const std::string& a, const std::string& b) {
  return a == b ||
         (a.ends_with('+') == b.ends_with('+') && std::strtod(a.c_str(), nullptr) == std::strtod(b.c_str(), nullptr));
}

// The bucket's upper end holds the number, and the one below doesn't, as far as doubles tell.
void check_linear(const designators::LinearOptions& options, double value) {
  const std::string name = check(designators::linear, options, value);
  if (value <= options.min || value > options.max) return;
  const double end = std::strtod(name.c_str(), nullptr);
  const bool whole = std::trunc(options.step) == options.step;
  const double from = whole ? std::ceil(value) : value;
  const double slack = std::abs(end) * 0x1p-51;
  require(end >= from - slack || !std::isfinite(std::ceil(from / options.step) * options.step));
  require(end - options.step <= from + slack);
  if (whole && options.step >= 1 && std::abs(value) < 1000 * options.step && std::abs(value) < 0x1p50)
    require(same(name, slow::linear(options.min, options.max, options.step, value)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<double> numbers;
  for (std::size_t at = 0; at + sizeof(double) <= size; at += sizeof(double)) {
    double number = 0;
    std::memcpy(&number, data + at, sizeof number);
    numbers.push_back(number);
  }
  if (numbers.size() < 3) return 0;
  const double value = numbers[0];
  const double min = numbers[1];
  const double max = numbers[2];
  const double step = numbers.size() > 3 ? numbers[3] : 1;
  if (std::isnan(value)) return 0;
  try {
    check_linear({.min = min, .max = max, .step = step}, value);
  } catch (const InvalidArgument& e) {
    require(*e.what() != '\0' &&
            !(std::isfinite(min) && std::isfinite(max) && min < max && step > 0 && std::isfinite(step)));
  }
  try {
    const std::string name =
        check(designators::geometric, designators::GeometricOptions{.min = min, .max = max}, value);
    if (std::isfinite(value)) require(same(name, slow::geometric(min, max, value)));
  } catch (const InvalidArgument&) {
    require(!(std::isfinite(min) && std::isfinite(max) && min < max && 0 < max));
  }
  const std::vector<double> buckets(numbers.begin() + 1, numbers.end());
  try {
    const std::string name = check(designators::custom, designators::CustomOptions{.buckets = buckets}, value);
    if (std::isfinite(value)) require(same(name, slow::custom(buckets, value)));
  } catch (const InvalidArgument&) {
    bool finite = true;
    for (const double bucket : buckets) finite = finite && std::isfinite(bucket);
    require(!finite);
  }
  return 0;
}
