#pragma once

#include <string>
#include <vector>

/// Which bucket of a histogram a number belongs to, as a name in a path: `{"ms", {{bucket(142.0), 1}}}`.
///
/// A designator is a function from a number to one path segment, spelled as Path reads it: a label with a point has it
/// escaped, `0\.1`. With `family_layout` the point stays bare, so that the label becomes two segments, `0` and `1`, as
/// the sister libraries store it. Labels have plain digits, never an exponent, in every locale. A number above all
/// buckets is `max+`. Infinities belong to the first or last bucket; NaN throws InvalidArgument.
///
/// Immutable, cheap to copy; use one from as many threads as you like. Options that make no sense throw
/// InvalidArgument when a designator is made.
namespace trifle::stats::designators {

struct LinearOptions {
  double min = 0;              ///< up to and including this: one bucket, named after it
  double max = 0;              ///< above this: one bucket; must be above min
  double step = 0;             ///< width of a bucket; must be above 0
  bool family_layout = false;  ///< a point splits the name
};

/// Buckets of equal width, each named after its upper end, which belongs to it. They are counted from 0, so the last
/// may end above `max`. With a whole step, a number is rounded up to an integer first, as in the sister libraries.
class Linear {
 public:
  explicit Linear(const LinearOptions& options);
  std::string operator()(double value) const;

 private:
  std::string label(double value) const;
  double bound(double count) const noexcept;

  LinearOptions options_;
  double units_ = 0;  ///< step = units / scale
  double scale_ = 1;
};

struct GeometricOptions {
  double min = 0;              ///< up to and including this: one bucket, named after it; below 0 counts as 0
  double max = 0;              ///< above this: one bucket; must be above min
  bool family_layout = false;  ///< a point splits the name
};

/// Buckets by powers of ten, always named with a point: 0.1 for [0.01, 0.1), 1.0 for [0.1, 1], 10.0 for (1, 10),
/// 100.0 for [10, 100).
class Geometric {
 public:
  explicit Geometric(const GeometricOptions& options);
  std::string operator()(double value) const;

 private:
  std::string label(double value) const;
  GeometricOptions options_;
};

struct CustomOptions {
  std::vector<double> buckets;  ///< in any order; at least one
  bool family_layout = false;   ///< a point splits the name
};

/// Buckets of your own. A number is rounded up to an integer and belongs to the first bound above that: a number that
/// equals a bound belongs to the next one. Up to the first bound it is the first, above the last `last+`, and what is
/// left below the last is the last.
class Custom {
 public:
  explicit Custom(CustomOptions options);
  std::string operator()(double value) const;

 private:
  std::string label(double value) const;
  CustomOptions options_;
};

Linear linear(const LinearOptions& options);
Geometric geometric(const GeometricOptions& options);
Custom custom(CustomOptions options);

}  // namespace trifle::stats::designators
