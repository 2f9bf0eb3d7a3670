#include "charts/text_bars.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "charts/text_frame.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kWidestColumn = 10;

struct Fills {
  std::array<const char*, kMostBars> full;
  const char* partial;
};
constexpr Fills kBlocks = {{"█", "▒", "▚", "░"}, "┊"};
constexpr Fills kAscii = {{"#", "=", "%", "o"}, ":"};

/// Where each bar begins and ends. Narrow columns share the width without a rest, so that one may be a cell wider than
/// its neighbour; columns of three cells or more are all alike, with a gap.
class Columns {
 public:
  Columns(std::size_t points, std::size_t lines, std::size_t room)
      : points_(std::max<std::size_t>(points, 1)), lines_(std::max<std::size_t>(lines, 1)), room_(room) {
    width_ = std::clamp<std::size_t>(room_ / points_, 1, std::max(kWidestColumn, 3 * lines_ + 1));
    if (lines_ > 1) width_ = std::max(std::max(width_, lines_ + 1) - 1, lines_) / lines_ * lines_ + 1;
  }
  std::size_t start(std::size_t point) const { return alike() ? point * width_ : point * room_ / points_; }
  /// Where a position in points lies.
  double column_of(double position) const {
    const auto whole = static_cast<std::size_t>(position);
    const double within = position - static_cast<double>(whole);
    const auto first = static_cast<double>(start(whole));
    return within == 0 ? first : first + within * (static_cast<double>(start(whole + 1)) - first);
  }
  std::size_t bar_start(std::size_t point, std::size_t line) const { return start(point) + line * bar_width(point); }
  std::size_t bar_width(std::size_t point) const {
    return (start(point + 1) - start(point) - (alike() ? 1 : 0)) / lines_;
  }
  std::size_t all() const { return start(points_); }

 private:
  bool alike() const { return width_ >= 3 || lines_ > 1 || points_ > room_; }

  std::size_t points_;
  std::size_t lines_;
  std::size_t room_;
  std::size_t width_;
};

/// What stands in one cell of a bar.
const char* cell(double value, const NumberAxis& axis, std::size_t row, std::size_t rows, bool ascii, const char* fill,
                 bool whole_cells) {
  static constexpr std::array<const char*, 9> kEighths = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double per_row = (axis.top - axis.bottom) / static_cast<double>(rows);
  const auto y = static_cast<long>(row);
  if (axis.bottom < 0) {
    // With negative values: whole cells, from zero outwards, at least one.
    const long zero = std::clamp(std::lround(-axis.bottom / per_row), 0L, static_cast<long>(rows));
    const long length = value == 0 ? 0 : std::max(1L, std::lround(std::fabs(value) / per_row));
    const bool inside = value > 0 ? y >= zero && y < zero + length : y < zero && y >= zero - length;
    return inside ? fill : " ";
  }
  if (value == 0) return row == 0 ? "_" : " ";
  const long eighths = std::max(1L, std::lround(value / per_row * 8)) - y * 8;
  if (ascii || whole_cells) return eighths >= 4 || (row == 0 && eighths > 0) ? fill : " ";
  return kEighths[static_cast<std::size_t>(std::clamp(eighths, 0L, 8L))];
}

}  // namespace

std::size_t bar_capacity(const ChartData& data, const TextStyle& style) {
  const std::size_t room = TextFrame::columns_beside(data, style);
  return std::max<std::size_t>(1, data.lines.size() > 1 ? room / (data.lines.size() + 1) : room);
}

std::string draw_bars(const ChartData& data, const TextStyle& style) {
  const Columns columns(data.starts.size(), data.lines.size(), TextFrame::columns_beside(data, style));
  TextFrame frame(
      data, style, [&](double position) { return columns.column_of(position); }, columns.all());
  const Fills& fills = style.ascii ? kAscii : kBlocks;
  for (std::size_t line = 0; line < data.lines.size(); ++line) {
    for (std::size_t point = 0; point < data.starts.size(); ++point) {
      const auto value = drawable(data.lines[line].values[point]);
      if (!value) continue;
      const bool hollow = data.partial() && point + 1 == data.starts.size();
      const char* fill = hollow ? fills.partial : fills.full[line % kMostBars];
      for (std::size_t row = 0; row < frame.rows(); ++row) {
        const char* mark = cell(*value, frame.axis(), row, frame.rows(), style.ascii, fill, hollow || line > 0);
        if (*mark == ' ') continue;
        for (std::size_t k = 0; k < columns.bar_width(point); ++k)
          frame.put(columns.bar_start(point, line) + k, row, mark, static_cast<std::uint8_t>(line + 1));
      }
    }
  }
  std::string out = text_title(data, style);
  out += text_legend(data, fills.full, style);
  return out + frame.to_string(style.colour);
}

}  // namespace trifle::cli
