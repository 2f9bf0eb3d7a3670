#include "charts/text_lines.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "charts/text_frame.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::array<const char*, kMostLines> kMarks = {"●", "+", "×", "○", "▲", "◆", "□", "▽"};
constexpr std::array<const char*, kMostLines> kAsciiMarks = {"*", "+", "x", "o", "#", "%", "@", "="};

/// A field of dots finer than the characters that show it: 2 by 4 of them in one braille character, or one in one.
class Dots {
 public:
  Dots(std::size_t columns, std::size_t rows, bool fine)
      : across_(fine ? 2 : 1), up_(fine ? 4 : 1), columns_(columns), rows_(rows), cells_(columns * rows, 0) {}

  std::size_t width() const { return columns_ * across_; }
  std::size_t height() const { return rows_ * up_; }

  void set(long x, long y) {
    if (x < 0 || y < 0 || x >= static_cast<long>(width()) || y >= static_cast<long>(height())) return;
    const auto column = static_cast<std::size_t>(x) / across_;
    const auto row = static_cast<std::size_t>(y) / up_;
    // The dots of a braille character, from the lower left: U+2800 and a bit for each.
    static constexpr std::array<std::array<unsigned, 2>, 4> kBits = {
        {{0x40, 0x80}, {0x04, 0x20}, {0x02, 0x10}, {0x01, 0x08}}};
    cells_[row * columns_ + column] |=
        up_ == 1 ? 1u : kBits[static_cast<std::size_t>(y) % 4][static_cast<std::size_t>(x) % 2];
  }

  /// A straight line, both ends included; only every `nth` dot of it.
  void line(long x0, long y0, long x1, long y1, int nth) {
    const long length = std::max({std::labs(x1 - x0), std::labs(y1 - y0), 1L});
    for (long i = 0; i <= length; ++i) {
      if (i % nth != 0) continue;
      const double part = static_cast<double>(i) / static_cast<double>(length);
      set(std::lround(static_cast<double>(x0) + part * static_cast<double>(x1 - x0)),
          std::lround(static_cast<double>(y0) + part * static_cast<double>(y1 - y0)));
    }
  }

  void show(TextFrame& frame, const char* mark, std::uint8_t colour) const {
    for (std::size_t row = 0; row < rows_; ++row) {
      for (std::size_t column = 0; column < columns_; ++column) {
        const unsigned bits = cells_[row * columns_ + column];
        if (bits == 0) continue;
        if (up_ == 1) {
          frame.put(column, row, mark, colour);
        } else {
          const std::array<char, 4> braille = {static_cast<char>(0xE2), static_cast<char>(0xA0 + (bits >> 6)),
                                               static_cast<char>(0x80 + (bits & 0x3F)), 0};
          frame.put(column, row, braille.data(), colour);
        }
      }
    }
  }

 private:
  std::size_t across_;
  std::size_t up_;
  std::size_t columns_;
  std::size_t rows_;
  std::vector<unsigned> cells_;
};

bool is_fine(const ChartData& data, const TextStyle& style) { return data.lines.size() == 1 && !style.ascii; }

void draw_line(const ChartData& data, const ChartLine& line, const NumberAxis& axis, Dots& dots) {
  const auto points = static_cast<double>(data.starts.size());
  struct Dot {
    long x;
    long y;
  };
  std::optional<Dot> before;
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    const auto value = drawable(line.values[i]);
    if (!value) {
      before.reset();
      continue;
    }
    const double x = (static_cast<double>(i) + 0.5) / points * static_cast<double>(dots.width());
    const Dot dot{static_cast<long>(x), std::lround(axis.position(*value) * static_cast<double>(dots.height() - 1))};
    const bool dotted = data.partial() && i + 1 == line.values.size();
    if (before) {
      dots.line(before->x, before->y, dot.x, dot.y, dotted ? 3 : 1);
    }
    dots.set(dot.x, dot.y);
    before = dot;
  }
}

}  // namespace

std::size_t line_capacity(const ChartData& data, const TextStyle& style) {
  return TextFrame::columns_beside(data, style) * (is_fine(data, style) ? 2 : 1);
}

std::string draw_lines(const ChartData& data, const TextStyle& style) {
  const auto& marks = style.ascii ? kAsciiMarks : kMarks;
  const std::size_t columns = TextFrame::columns_beside(data, style);
  const auto points = static_cast<double>(std::max<std::size_t>(data.starts.size(), 1));
  TextFrame frame(
      data, style, [&](double position) { return std::min(position / points, 1.0) * static_cast<double>(columns); },
      columns);
  std::string out = text_title(data, style);
  // The first line is drawn last: it is the one that was asked for first.
  for (std::size_t line = data.lines.size(); line-- > 0;) {
    Dots dots(frame.columns(), frame.rows(), is_fine(data, style));
    draw_line(data, data.lines[line], frame.axis(), dots);
    dots.show(frame, marks[line % kMostLines], static_cast<std::uint8_t>(line + 1));
  }
  out += text_legend(data, marks, style);
  return out + frame.to_string(style.colour);
}

}  // namespace trifle::cli
