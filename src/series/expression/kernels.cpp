#include "series/expression/kernels.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

namespace trifle::stats::detail {
namespace {

/// The same double in every row.
struct Same {
  double value;
  double operator[](std::size_t) const noexcept { return value; }
};

template <class A, class B, class Compute>
void map(A a, B b, std::size_t rows, double* __restrict out, Compute compute) noexcept {
  for (std::size_t row = 0; row < rows; ++row) out[row] = compute(a[row], b[row]);
}

// Below 2^53 a sum, difference or product of integers is exact, and an inexact one would not be below it. The mark is a
// double, so that it comes out of a comparison of doubles without a jump.
template <class A, class B, class Compute>
bool run(A a, B b, std::size_t rows, double* __restrict out, Compute compute) noexcept {
  std::uint64_t large = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const double result = compute(a[row], b[row]);
    out[row] = result;
    large |= std::bit_cast<std::uint64_t>(std::abs(result) >= 0x1p53 ? 1.0 : 0.0);
  }
  return large == 0;
}

template <class A, class B>
bool run(Operation operation, A a, B b, std::size_t rows, double* out) noexcept {
  switch (operation) {
    case Operation::Negate:
      map(a, b, rows, out, [](double x, double) { return 0 - x; });
      return true;
    case Operation::Root:
      map(a, b, rows, out, [](double x, double) { return std::sqrt(x); });
      return true;
    case Operation::Add:
      return run(a, b, rows, out, [](double x, double y) { return x + y; });
    case Operation::Subtract:
      return run(a, b, rows, out, [](double x, double y) { return x - y; });
    case Operation::Multiply:
      return run(a, b, rows, out, [](double x, double y) { return x * y; });
    case Operation::Divide:  // of two integers, too, a quotient is right as a double; infinite ones become NaN
      map(a, b, rows, out, [](double x, double y) {
        const double quotient = x / y;
        return quotient + (quotient - quotient);
      });
      return true;
    case Operation::Min:
      map(a, b, rows, out, [](double x, double y) {
        const double least = y < x ? y : x;
        return y != y ? y : least;
      });
      return true;
    case Operation::Max:
      map(a, b, rows, out, [](double x, double y) {
        const double greatest = y > x ? y : x;
        return y != y ? y : greatest;
      });
      return true;
    case Operation::Number:
    case Operation::Variable:
    case Operation::Absent:
      break;
  }
  return false;
}

}  // namespace

bool apply_fast(Operation operation, const Lane& a, const Lane& b, std::size_t rows, double* out) noexcept {
  if (a.is_one()) return run(operation, Same{a.one().to_double()}, b.reals(), rows, out);
  if (b.is_one()) return run(operation, a.reals(), Same{b.one().to_double()}, rows, out);
  return run(operation, a.reals(), b.reals(), rows, out);
}

}  // namespace trifle::stats::detail
