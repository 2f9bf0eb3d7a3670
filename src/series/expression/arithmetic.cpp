#include "series/expression/arithmetic.hpp"

#include <cmath>
#include <cstdint>
#include <optional>

#include "series/total.hpp"

namespace trifle::stats::detail {
namespace {

Number settled(double real) noexcept { return number_of(real).value_or(kAbsent); }

// An integer where it fits 64 bits, else the double next to it.
Number settled(WideInteger exact) noexcept {
  const auto narrow = static_cast<std::int64_t>(exact);
  if (narrow == exact) return narrow;
  return settled(static_cast<double>(exact));
}

Number divided(Number a, Number b) noexcept {
  if (b == Number(0)) return kAbsent;
  if (a.is_integer() && b.is_integer()) {
    const WideInteger dividend = *a.to_int64();
    const WideInteger divisor = *b.to_int64();
    if (dividend % divisor == 0) return settled(dividend / divisor);
  }
  return settled(a.to_double() / b.to_double());
}

template <class Compute>
Number computed(Number a, Number b, Compute compute) noexcept {
  if (a.is_integer() && b.is_integer()) return settled(compute(WideInteger{*a.to_int64()}, WideInteger{*b.to_int64()}));
  return settled(compute(a.to_double(), b.to_double()));
}

}  // namespace

Number apply(Operation operation, Number a, Number b) noexcept {
  const bool unary = operation == Operation::Negate || operation == Operation::Root;
  if (is_absent(a) || (!unary && is_absent(b))) return kAbsent;
  switch (operation) {
    case Operation::Negate:
      return computed(0, a, [](auto x, auto y) { return x - y; });
    case Operation::Root:
      return settled(std::sqrt(a.to_double()));
    case Operation::Add:
      return computed(a, b, [](auto x, auto y) { return x + y; });
    case Operation::Subtract:
      return computed(a, b, [](auto x, auto y) { return x - y; });
    case Operation::Multiply:
      return computed(a, b, [](auto x, auto y) { return x * y; });
    case Operation::Divide:
      return divided(a, b);
    case Operation::Min:
      return b < a ? b : a;
    case Operation::Max:
      return b > a ? b : a;
    case Operation::Number:
    case Operation::Variable:
    case Operation::Absent:
      break;
  }
  return kAbsent;
}

}  // namespace trifle::stats::detail
