#include "series/expression/tokens.hpp"

#include <string>

#include <trifle/stats/error.hpp>

#include "series/expression/fault.hpp"

namespace trifle::stats::detail {
namespace {

using Kind = Token::Kind;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool starts_name(char c) noexcept { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool in_name(char c) noexcept { return starts_name(c) || is_digit(c); }

template <class Accept>
std::size_t run(std::string_view text, std::size_t at, Accept accept) noexcept {
  std::size_t end = at;
  while (end < text.size() && accept(text[end])) ++end;
  return end - at;
}

// "12", "12.5"; of "12." only the digits.
std::size_t number_length(std::string_view text, std::size_t at) noexcept {
  const std::size_t whole = run(text, at, is_digit);
  const std::size_t point = at + whole;
  if (point >= text.size() || text[point] != '.') return whole;
  const std::size_t fraction = run(text, point + 1, is_digit);
  return fraction == 0 ? whole : whole + 1 + fraction;
}

Kind sign(char c) noexcept {
  switch (c) {
    case '+':
      return Kind::Plus;
    case '-':
      return Kind::Minus;
    case '*':
      return Kind::Star;
    case '/':
      return Kind::Slash;
    case '(':
      return Kind::Open;
    case ')':
      return Kind::Close;
    case ',':
      return Kind::Comma;
    default:
      return Kind::End;
  }
}

}  // namespace

bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<Token> tokens_of(std::string_view expression) {
  if (trimmed(expression).empty()) throw InvalidArgument("Expression must be text.", {.operation = "transform"});
  if (expression.size() > kMaxExpression) {
    throw InvalidArgument("The expression has " + std::to_string(expression.size()) + " bytes; at most " +
                              std::to_string(kMaxExpression) + " are read.",
                          {.operation = "transform"});
  }
  std::vector<Token> tokens;
  const auto add = [&](Kind kind, std::size_t at, std::size_t length) {
    tokens.push_back({kind, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(length)});
    return length;
  };
  for (std::size_t at = 0; at < expression.size();) {
    const char c = expression[at];
    if (is_space(c)) {
      ++at;
    } else if (is_digit(c)) {
      at += add(Kind::Number, at, number_length(expression, at));
    } else if (starts_name(c)) {
      at += add(Kind::Name, at, run(expression, at, in_name));
    } else if (const Kind kind = sign(c); kind != Kind::End) {
      at += add(kind, at, 1);
    } else {
      refuse(expression, at, "Invalid token at position " + std::to_string(at) + ".");
    }
  }
  add(Kind::End, expression.size(), 0);
  return tokens;
}

}  // namespace trifle::stats::detail
