#include "charts/markup.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "output/text.hpp"

namespace trifle::cli {

std::string markup_text(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string px(double pixels) {
  const double rounded = std::round(pixels * 100) / 100;
  std::array<char, 48> text{};
  const auto done = std::to_chars(text.data(), text.data() + text.size(), rounded == 0 ? 0.0 : rounded);
  return std::string(text.data(), done.ptr);
}

double text_width(std::string_view text, double font_size) {
  return static_cast<double>(display_width(text)) * font_size * 0.6;
}

}  // namespace trifle::cli
