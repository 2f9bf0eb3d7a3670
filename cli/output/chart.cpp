#include "output/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "output/text.hpp"

namespace trifle::cli {
namespace {

constexpr int kRowsPerTick = 3;
constexpr std::size_t kWidestColumn = 10;

/// The scale: from `bottom` to `top`, both multiples of `step`.
struct Scale {
  double bottom = 0;
  double top = 1;
  double step = 1;
};

/// 1, 2 or 5 times a power of ten, at least `raw`.
double round_step(double raw) {
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (raw <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

Scale scale_for(double lowest, double highest, int height) {
  // Kept well inside of what a double can hold, so that no sum below overflows.
  constexpr double kLimit = 1e300;
  const double low = std::max(std::min(lowest, 0.0), -kLimit);
  double high = std::min(std::max(highest, 0.0), kLimit);
  if (high - low < 1e-300) high = low + 1;
  Scale scale;
  scale.step = round_step((high - low) / std::max(1, height / kRowsPerTick));
  scale.bottom = std::floor(low / scale.step + 1e-9) * scale.step;
  scale.top = std::ceil(high / scale.step - 1e-9) * scale.step;
  if (scale.top <= scale.bottom) scale.top = scale.bottom + scale.step;
  return scale;
}

/// "1.5k", "20M", "0.05", "1e+20"
std::string tick_text(double value) {
  static constexpr std::array<std::pair<double, const char*>, 4> kSuffixes = {
      {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  const double size = std::fabs(value);
  std::array<char, 32> text{};
  if (size < 1e15) {
    for (const auto& [unit, suffix] : kSuffixes) {
      if (size >= unit) {
        std::snprintf(text.data(), text.size(), "%.4g%s", value / unit, suffix);
        return text.data();
      }
    }
  }
  std::snprintf(text.data(), text.size(), "%.4g", value == 0 ? 0.0 : value);
  return text.data();
}

struct Tick {
  int row;  ///< counted from the bottom
  std::string text;
};

std::vector<Tick> ticks_of(const Scale& scale, int height) {
  std::vector<Tick> ticks;
  const double span = scale.top - scale.bottom;
  const int count = static_cast<int>(std::lround(span / scale.step));
  for (int i = 0; i <= count; ++i) {
    const double value = scale.bottom + i * scale.step;
    // A tick stands at the row whose upper edge is nearest; the lowest one is the axis itself.
    const int row = static_cast<int>(std::lround((value - scale.bottom) / span * height)) - 1;
    ticks.push_back({row, tick_text(std::fabs(value) < scale.step / 2 ? 0 : value)});
  }
  return ticks;
}

int label_width(const std::vector<Tick>& ticks) {
  std::size_t width = 0;
  for (const auto& tick : ticks) width = std::max(width, tick.text.size());
  return static_cast<int>(width);
}

/// What stands in one cell of a column.
const char* cell(double value, const Scale& scale, int row, int height, bool ascii) {
  static constexpr std::array<const char*, 9> kEighths = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double per_row = (scale.top - scale.bottom) / height;
  if (scale.bottom < 0) {
    // With negative values: whole cells, from zero outwards, at least one.
    const int zero = std::clamp(static_cast<int>(std::lround(-scale.bottom / per_row)), 0, height);
    const int length = value == 0 ? 0 : std::max(1, static_cast<int>(std::lround(std::fabs(value) / per_row)));
    const bool inside = value > 0 ? row >= zero && row < zero + length : row < zero && row >= zero - length;
    return inside ? (ascii ? "#" : "█") : " ";
  }
  if (value == 0) return row == 0 ? "_" : " ";
  const int eighths = std::max(1, static_cast<int>(std::lround(value / per_row * 8))) - row * 8;
  if (ascii) return eighths >= 4 || (row == 0 && eighths > 0) ? "#" : " ";
  return kEighths[static_cast<std::size_t>(std::clamp(eighths, 0, 8))];
}

/// Where each column begins and ends. Narrow columns share the width without a rest, so that one may be a cell wider
/// than its neighbour; columns of three cells or more are all alike, with a gap.
class Columns {
 public:
  Columns(std::size_t count, int plot_width)
      : count_(std::max<std::size_t>(count, 1)), plot_width_(static_cast<std::size_t>(plot_width)) {
    width_ = std::clamp<std::size_t>(plot_width_ / count_, 1, kWidestColumn);
  }
  std::size_t start(std::size_t i) const {
    return width_ >= 3 || count_ > plot_width_ ? i * width_ : i * plot_width_ / count_;
  }
  std::size_t drawn(std::size_t i) const { return start(i + 1) - start(i) - (width_ >= 3 ? 1 : 0); }
  std::size_t all() const { return start(count_); }

 private:
  std::size_t count_;
  std::size_t plot_width_;
  std::size_t width_;
};

std::string label_line(const std::vector<ChartPoint>& points, const Columns& columns, int plot_width) {
  std::string line;
  std::size_t used = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t start = columns.start(i);
    const std::size_t width = display_width(points[i].label);
    if ((used > 0 && start < used + 2) || start + width > static_cast<std::size_t>(plot_width)) continue;
    line.append(start - used, ' ');
    line += points[i].label;
    used = start + width;
  }
  return line;
}

}  // namespace

int chart_columns(double lowest, double highest, const ChartStyle& style) {
  const Scale scale = scale_for(lowest, highest, style.height);
  return std::max(1, style.width - label_width(ticks_of(scale, style.height)) - 2);
}

std::string draw_chart(const std::string& title, const std::vector<ChartPoint>& points, const ChartStyle& style) {
  double lowest = 0;
  double highest = 0;
  for (const auto& point : points) {
    if (!point.value) continue;
    lowest = std::min(lowest, *point.value);
    highest = std::max(highest, *point.value);
  }
  const Scale scale = scale_for(lowest, highest, style.height);
  const std::vector<Tick> ticks = ticks_of(scale, style.height);
  const int margin = label_width(ticks);
  const int plot_width = std::max(1, style.width - margin - 2);
  const Columns columns(points.size(), plot_width);
  const char* wall = style.ascii ? "|" : "│";
  const char* notch = style.ascii ? "+" : "┤";

  std::string out = title;
  out += '\n';
  const auto start_line = [&](int row) {
    const auto tick = std::find_if(ticks.begin(), ticks.end(), [&](const Tick& t) { return t.row == row; });
    const std::string text = tick == ticks.end() ? std::string() : tick->text;
    out.append(static_cast<std::size_t>(margin) - text.size(), ' ');
    out += text;
    out += ' ';
    return tick != ticks.end();
  };
  for (int row = style.height - 1; row >= 0; --row) {
    out += start_line(row) ? notch : wall;
    std::string line;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const char* mark = points[i].value ? cell(*points[i].value, scale, row, style.height, style.ascii) : " ";
      const std::size_t drawn = columns.drawn(i);
      for (std::size_t k = 0; k < drawn; ++k) line += mark;
      line.append(columns.start(i + 1) - columns.start(i) - drawn, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line;
    out += '\n';
  }
  start_line(-1);
  out += style.ascii ? "+" : "└";
  for (std::size_t i = 0; i < columns.all(); ++i) out += style.ascii ? "-" : "─";
  out += '\n';
  out.append(static_cast<std::size_t>(margin) + 2, ' ');
  out += label_line(points, columns, plot_width);
  out += '\n';
  return out;
}

}  // namespace trifle::cli
