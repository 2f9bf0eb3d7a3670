#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trifle::cli {

/// How charts are drawn with characters.
struct TextStyle {
  int width = 80;       ///< columns of the whole picture, at least 20
  int height = 12;      ///< rows of the plot, without title and axis, at least 3
  bool ascii = false;   ///< nothing but ASCII
  bool colour = false;  ///< escape sequences of a terminal; never the only difference between two things
};

/// A grid of characters, each with a colour (0: the terminal's own, 1 and up: of a line of the chart).
class TextCanvas {
 public:
  TextCanvas(std::size_t width, std::size_t height) : width_(width), cells_(width * height) {}

  /// Puts one glyph of one column; what lies outside is left out.
  void put(std::size_t x, std::size_t y, std::string_view glyph, std::uint8_t colour = 0);
  /// Puts printable text from left to right.
  void text(std::size_t x, std::size_t y, std::string_view text, std::uint8_t colour = 0);
  /// What stands there; a space where nothing was put.
  std::string_view at(std::size_t x, std::size_t y) const;

  /// Lines without trailing spaces, each ended.
  std::string to_string(bool colour) const;

 private:
  struct Cell {
    std::string glyph = " ";
    std::uint8_t colour = 0;
  };
  std::size_t width_;
  std::vector<Cell> cells_;
};

/// The text in the colour of a line, where colour is on.
std::string coloured(std::string_view text, std::size_t line, bool colour);

}  // namespace trifle::cli
