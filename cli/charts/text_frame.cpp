#include "charts/text_frame.hpp"

#include <algorithm>
#include <cmath>

#include "charts/time_axis.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

constexpr int kRowsPerTick = 3;
constexpr std::size_t kRowsBelow = 3;  // the axis, labels, and what they leave out

NumberAxis axis_for(const ChartData& data, const TextStyle& style) {
  return number_axis(data.lowest(), data.highest(), style.height / kRowsPerTick);
}

std::size_t margin_of(const NumberAxis& axis) {
  std::size_t width = 0;
  for (const auto& tick : axis.ticks()) width = std::max(width, tick.text.size());
  return width;
}

std::size_t beside(std::size_t margin, const TextStyle& style) {
  return static_cast<std::size_t>(std::max(1, style.width - static_cast<int>(margin) - 2));
}

}  // namespace

std::size_t TextFrame::columns_beside(const ChartData& data, const TextStyle& style) {
  return beside(margin_of(axis_for(data, style)), style);
}

TextFrame::TextFrame(const ChartData& data, const TextStyle& style, const std::function<double(double)>& column_of,
                     std::size_t used)
    : axis_(axis_for(data, style)),
      margin_(margin_of(axis_)),
      columns_(beside(margin_, style)),
      rows_(static_cast<std::size_t>(style.height)),
      canvas_(margin_ + 2 + columns_, rows_ + kRowsBelow) {
  for (std::size_t y = 0; y < rows_; ++y) canvas_.put(margin_ + 1, y, style.ascii ? "|" : "│");
  canvas_.put(margin_ + 1, rows_, style.ascii ? "+" : "└");
  for (std::size_t x = 0; x < used; ++x) canvas_.put(margin_ + 2 + x, rows_, style.ascii ? "-" : "─");
  for (const auto& tick : axis_.ticks()) {
    // A tick stands at the row whose upper edge is nearest; the lowest one is the axis itself.
    const auto up = static_cast<std::size_t>(std::lround(axis_.position(tick.value) * static_cast<double>(rows_)));
    const std::size_t y = rows_ - std::min(up, rows_);
    canvas_.text(margin_ - tick.text.size(), y, tick.text);
    if (up > 0) canvas_.put(margin_ + 1, y, style.ascii ? "+" : "┤");
  }
  draw_time(data, style, column_of, used);
}

void TextFrame::draw_time(const ChartData& data, const TextStyle& style, const std::function<double(double)>& column_of,
                          std::size_t used) {
  const auto ticks = time_ticks(data, static_cast<int>(used));
  // A label that isn't there says nothing wrong; one that runs into another does.
  struct Row {
    std::size_t y;
    std::size_t free = 0;  // the first column that may be written
  };
  Row labels{.y = rows_ + 1};
  Row contexts{.y = rows_ + 2};
  const auto write = [&](Row& row, double column, const std::string& text) {
    const auto x = static_cast<std::size_t>(std::max(0.0, std::floor(column)));
    const std::size_t width = display_width(text);
    if (x < row.free || x + width > columns_) return false;
    canvas_.text(margin_ + 2 + x, row.y, text);
    row.free = x + width + 1;
    return true;
  };
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const TimeTick& tick = ticks[i];
    const double start = column_of(tick.position);
    double column = start;
    if (tick.centred) {
      const double middle = (start + column_of(tick.position + 1)) / 2;
      column = std::max(start, middle - static_cast<double>(display_width(tick.label)) / 2);
    } else {
      canvas_.put(margin_ + 2 + static_cast<std::size_t>(start), rows_, style.ascii ? "+" : "┬");
    }
    write(labels, column, tick.label);
    if (tick.context.empty()) continue;
    // The one that follows tells more than this one, which would stand in its way.
    const auto next = std::find_if(ticks.begin() + static_cast<std::ptrdiff_t>(i) + 1, ticks.end(),
                                   [](const TimeTick& other) { return !other.context.empty(); });
    if (next != ticks.end() && column + static_cast<double>(display_width(tick.context)) >= column_of(next->position) &&
        column_of(next->position) + static_cast<double>(display_width(next->context)) <= static_cast<double>(columns_))
      continue;
    write(contexts, column, tick.context);
  }
}

void TextFrame::put(std::size_t column, std::size_t row, std::string_view glyph, std::uint8_t colour) {
  if (column < columns_ && row < rows_) canvas_.put(margin_ + 2 + column, rows_ - 1 - row, glyph, colour);
}

std::string_view TextFrame::at(std::size_t column, std::size_t row) const {
  return row < rows_ ? canvas_.at(margin_ + 2 + column, rows_ - 1 - row) : std::string_view(" ");
}

std::string text_title(const ChartData& data, const TextStyle& style) {
  const auto width = static_cast<std::size_t>(style.width);
  std::string title = printable(data.key);
  if (data.lines.size() == 1) title += " " + printable(data.lines.front().name);
  title += ", " + data.granularity.to_string() + ", " + data.bucketing.time_zone();
  std::string out;
  std::string line(fit(title, width));
  const auto add = [&](const std::string& note) {
    if (display_width(line) + 2 + display_width(note) <= width) {
      line += ", " + note;
    } else {
      out += line + '\n';
      line = fit(note, width);
    }
  };
  if (data.per_point > 1)
    add(std::string(fold_name(data.fold)) + " of " + std::to_string(data.per_point) + " per column");
  if (data.open) {
    add("the last one is not over");
  } else if (data.partial()) {
    add("the last one of " + std::to_string(data.last_count));
  }
  return out + line + '\n';
}

std::string text_legend(const ChartData& data, std::span<const char* const> marks, const TextStyle& style) {
  if (data.lines.size() < 2) return {};
  const auto width = static_cast<std::size_t>(style.width);
  std::string out;
  std::size_t used = 0;
  for (std::size_t line = 0; line < data.lines.size(); ++line) {
    const std::string entry(
        fit(std::string(marks[line % marks.size()]) + " " + printable(data.lines[line].name), width));
    const std::size_t wide = display_width(entry);
    if (used > 0 && used + 2 + wide > width) {
      out += '\n';
      used = 0;
    }
    out += (used > 0 ? "  " : "") + coloured(entry, line, style.colour);
    used += (used > 0 ? 2 : 0) + wide;
  }
  return out + '\n';
}

}  // namespace trifle::cli
