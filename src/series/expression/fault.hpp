#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trifle::stats::detail {

/// Refuses an expression with the family's words and the place, which may be the end of the text:
///
///     transform: Unknown variable c.
///       a + c
///           ^ position 4
[[noreturn]] void refuse(std::string_view text, std::size_t position, const std::string& message);

/// A name from an expression as it appears in a message: cut when long.
std::string shortened(std::string_view name);

}  // namespace trifle::stats::detail
