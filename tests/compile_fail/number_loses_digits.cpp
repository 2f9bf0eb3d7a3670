// A Number doesn't turn into a double unasked: above 2^53 that would lose digits.
#include <trifle/stats/number.hpp>

using trifle::stats::Number;

double ratio(Number part, Number whole) {
#ifdef MISUSE
  const double a = part;  // misuse
#else
  const double a = part.to_double();
#endif
  return a / whole.to_double();
}
