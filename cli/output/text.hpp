#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trifle::cli {

/// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool valid_utf8(std::string_view text) noexcept;

/// The text with control characters (a terminal would obey them) and broken bytes shown as \xNN.
std::string printable(std::string_view text);

/// The same in double quotes, for messages.
std::string in_quotes(std::string_view text);

/// Columns that a terminal needs for printable text, counting one per code point.
std::size_t display_width(std::string_view text) noexcept;

/// The first `columns` columns of printable text.
std::string_view fit(std::string_view text, std::size_t columns) noexcept;

}  // namespace trifle::cli
