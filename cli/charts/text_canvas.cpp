#include "charts/text_canvas.hpp"

#include <array>

namespace trifle::cli {
namespace {

// Blue, yellow, green, magenta, cyan, red: those that are seen on black and on white.
constexpr std::array<const char*, 6> kColours = {"\x1b[34m", "\x1b[33m", "\x1b[32m",
                                                 "\x1b[35m", "\x1b[36m", "\x1b[31m"};
constexpr const char* kNoColour = "\x1b[0m";

const char* escape_of(std::uint8_t colour) { return colour == 0 ? kNoColour : kColours[(colour - 1u) % 6]; }

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

void TextCanvas::put(std::size_t x, std::size_t y, std::string_view glyph, std::uint8_t colour) {
  if (x >= width_ || y * width_ + x >= cells_.size()) return;
  cells_[y * width_ + x] = {std::string(glyph), colour};
}

void TextCanvas::text(std::size_t x, std::size_t y, std::string_view text, std::uint8_t colour) {
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < text.size() && continues(text[length])) ++length;
    put(x++, y, text.substr(0, length), colour);
    text.remove_prefix(length);
  }
}

std::string_view TextCanvas::at(std::size_t x, std::size_t y) const {
  if (x >= width_ || y * width_ + x >= cells_.size()) return " ";
  return cells_[y * width_ + x].glyph;
}

std::string TextCanvas::to_string(bool colour) const {
  std::string out;
  for (std::size_t row = 0; row * width_ < cells_.size(); ++row) {
    std::size_t used = width_;
    while (used > 0 && cells_[row * width_ + used - 1].glyph == " ") --used;
    std::uint8_t current = 0;
    for (std::size_t i = 0; i < used; ++i) {
      const Cell& cell = cells_[row * width_ + i];
      if (colour && cell.colour != current && cell.glyph != " ") {
        out += escape_of(cell.colour);
        current = cell.colour;
      }
      out += cell.glyph;
    }
    if (current != 0) out += kNoColour;
    out += '\n';
  }
  return out;
}

std::string coloured(std::string_view text, std::size_t line, bool colour) {
  if (!colour) return std::string(text);
  return escape_of(static_cast<std::uint8_t>(line + 1)) + std::string(text) + kNoColour;
}

}  // namespace trifle::cli
