#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "values/field.hpp"

namespace trifle::stats::detail {

/// Why a row can't be written or read; no retry cures it.
struct RowFault {
  enum class Kind { Corrupt, Infinite };
  Kind kind;
  std::string reason;
};

/// Writes a new row: one flat JSON object. Names are canonical stored names, each at most once in both lists together.
void write_row(std::span<const Field> increments, std::span<const Field> sets, std::string& out);

/// Writes `stored` with the changes made, flat: untouched members keep their bytes, both forms of one path ("a.b" and
/// {"a":{"b":…}}), duplicate members and older spellings are summed into one canonical name, leaves that are no numbers
/// stay unless they are written to. `out` is overwritten and may keep its capacity. On a fault `out` is unspecified.
[[nodiscard]] std::optional<RowFault> merge_row(std::string_view stored, std::span<const Field> increments,
                                                std::span<const Field> sets, std::string& out);

}  // namespace trifle::stats::detail
