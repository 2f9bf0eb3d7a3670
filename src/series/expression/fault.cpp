#include "series/expression/fault.hpp"

#include <trifle/stats/error.hpp>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

constexpr std::size_t kAround = 36;  ///< bytes shown at each side of the place
constexpr std::size_t kNameLength = 40;

bool continues(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// One line, and as many characters on the screen as code points.
std::string printable(std::string_view text) {
  std::string line;
  const bool utf8 = valid_utf8(text);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    line += byte < 0x20 || byte == 0x7F ? ' ' : byte >= 0x80 && !utf8 ? '?' : c;
  }
  return line;
}

std::size_t width(std::string_view line) noexcept {
  std::size_t characters = 0;
  for (const char c : line) characters += continues(c) ? 0 : 1;
  return characters;
}

}  // namespace

void refuse(std::string_view text, std::size_t position, const std::string& message) {
  std::size_t first = position > kAround ? position - kAround : 0;
  std::size_t last = text.size() - position > kAround ? position + kAround : text.size();
  while (first > 0 && continues(text[first])) --first;
  while (last < text.size() && continues(text[last])) ++last;

  std::string before = (first > 0 ? "…" : "") + printable(text.substr(first, position - first));
  const std::string after = printable(text.substr(position, last - position)) + (last < text.size() ? "…" : "");
  const std::string caret(2 + width(before), ' ');
  throw InvalidArgument(message + "\n  " + before + after + '\n' + caret + "^ position " + std::to_string(position),
                        {.operation = "transform"});
}

std::string shortened(std::string_view name) {
  if (name.size() <= kNameLength) return std::string(name);
  return std::string(name.substr(0, kNameLength)) + "…";
}

}  // namespace trifle::stats::detail
