#pragma once

#include <limits>

#include <trifle/stats/number.hpp>

#include "series/expression/program.hpp"

namespace trifle::stats::detail {

/// What stands for an absent value among numbers, in expressions only: nothing that is stored is NaN.
inline const Number kAbsent = std::numeric_limits<double>::quiet_NaN();
inline bool is_absent(Number number) noexcept { return !number.is_finite(); }

/// One step for one row: of two numbers, or of one (`b` is ignored). The result is absent where an operand is, and
/// where it isn't finite; integral doubles up to 2^53 are integers, as everywhere. What the fast steps over many rows
/// do, and what they leave to this.
Number apply(Operation operation, Number a, Number b) noexcept;

}  // namespace trifle::stats::detail
