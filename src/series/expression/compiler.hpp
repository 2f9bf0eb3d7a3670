#pragma once

#include <cstddef>
#include <string_view>

#include "series/expression/program.hpp"

namespace trifle::stats::detail {

/// How deep parentheses and calls may nest: each level holds a stretch of values while it is evaluated.
inline constexpr std::size_t kMaxNesting = 1'000;

/// Compiles an expression of the first `variables` letters, 1 to 26; see docs/transponders.md for its grammar. Takes
/// time in proportion to its length, and no recursion. Throws InvalidArgument with the place.
Program compile(std::string_view expression, std::size_t variables);

}  // namespace trifle::stats::detail
