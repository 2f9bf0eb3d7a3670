#pragma once

#include <span>
#include <string>
#include <string_view>

#include "values/field.hpp"

namespace trifle::stats::detail {

/// The merge of the ordinary row, which is flat, canonical and without duplicates: one pass that copies what stays and
/// rewrites the numbers that change. False, with `out` in any state, for every other row and for a sum that is
/// infinite: merge_row then takes the strict way, which also says what is wrong.
[[nodiscard]] bool merge_plain_row(std::string_view stored, std::span<const Field> increments,
                                   std::span<const Field> sets, std::string& out);

}  // namespace trifle::stats::detail
