#pragma once

#include <cstddef>

#include "series/expression/lane.hpp"
#include "series/expression/program.hpp"

namespace trifle::stats::detail {

/// One step over many rows of doubles, written so that compilers vectorise it: absence travels as NaN. `a` and `b`
/// (ignored by Negate and Root) fit reals, and not both are One; `out` is none of them.
///
/// False where `apply` must do these rows again: a result may be an integer that a double doesn't hold, or infinite.
bool apply_fast(Operation operation, const Lane& a, const Lane& b, std::size_t rows, double* out) noexcept;

}  // namespace trifle::stats::detail
