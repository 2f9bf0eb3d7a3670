#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace trifle::stats::detail {

/// A piece of an expression. `End` follows the last one.
struct Token {
  enum class Kind : std::uint8_t { Number, Name, Plus, Minus, Star, Slash, Open, Close, Comma, End };

  Kind kind = Kind::End;
  std::uint32_t position = 0;
  std::uint32_t length = 0;

  std::string_view text(std::string_view expression) const noexcept { return expression.substr(position, length); }
};

/// The longest expression that is read: the time that it may take is its length times the rows.
inline constexpr std::size_t kMaxExpression = 65'536;

/// All pieces of an expression, up to `End`. Throws InvalidArgument for the first place that starts none, for an empty
/// text and for one that is too long.
std::vector<Token> tokens_of(std::string_view expression);

bool is_space(char c) noexcept;  ///< ASCII white space
std::string_view trimmed(std::string_view text) noexcept;

}  // namespace trifle::stats::detail
