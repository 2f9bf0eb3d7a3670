#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/number.hpp>

#include "values/row_text.hpp"

namespace trifle::stats::detail {

/// One leaf of a stored row or status.
struct RowLeaf {
  enum class Kind { Number, Text, True, False, Null, Array };

  std::string name;  ///< canonical stored name, nested names joined
  Kind kind = Kind::Null;
  std::optional<Number> number;  ///< of a number, and of a text that spells one
  std::string_view raw;          ///< the value's bytes in the text that was scanned, a string with its quotes
};

/// Takes any stored row apart, strictly: flat or nested, escaped or not, in the spelling of any generation. Leaves come
/// in the order of the text and may repeat a name; empty objects are none. Numbers that no double can hold are Corrupt.
[[nodiscard]] std::optional<RowFault> scan_row(std::string_view text, std::vector<RowLeaf>& leaves);

}  // namespace trifle::stats::detail
