#include <algorithm>

#include "charts/civil_time.hpp"
#include "charts/markup.hpp"
#include "charts/number_axis.hpp"
#include "charts/picture_parts.hpp"

namespace trifle::cli {
namespace {

constexpr double kMargin = 16;
constexpr double kDays = 40;    // the names of the weekdays
constexpr double kLegend = 56;  // the hours are named above it
constexpr double kCellFont = 10;

std::string two_digits(std::size_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string cell(double x, double y, double width, double height, const std::string& classes,
                 const std::string& inside) {
  return "<rect x=\"" + px(x + 1) + "\" y=\"" + px(y + 1) + "\" width=\"" + px(width - 2) + "\" height=\"" +
         px(height - 2) + "\" rx=\"2\" class=\"" + classes + "\"" +
         (inside.empty() ? std::string("/>") : "><title>" + inside + "</title></rect>") + "\n";
}

std::string class_of(const std::optional<std::size_t>& level) {
  return level ? "h" + std::to_string(*level) : std::string("none");
}

}  // namespace

std::string svg_heat_map(const HeatMap& map, const PictureChart& picture, const PictureSize& size) {
  double top = 0;
  std::string out = svg_heading(picture, size, top);
  top += 22;
  const double left = kMargin + kDays;
  const double width = (size.width - kMargin - left) / 24;
  const double height = std::max((size.height - kLegend - top) / 7, 8.0);
  for (std::size_t hour = 0; hour < 24; hour += width < 18 ? 3 : 1)
    out += svg_text(left + (static_cast<double>(hour) + 0.5) * width, top - 6, two_digits(hour), "tick", "middle");
  for (std::size_t row = 0; row < 7; ++row) {
    const double y = top + static_cast<double>(row) * height;
    const std::string day = weekday_text(map.day(row));
    out += svg_text(left - 8, y + height / 2 + 4, day, "tick", "end");
    for (std::size_t hour = 0; hour < 24; ++hour) {
      const auto& number = map.cells[row][hour];
      const auto value = drawable(number);
      if (!value) continue;
      const double x = left + static_cast<double>(hour) * width;
      const auto level = heat_level(map, *value);
      out += cell(x, y, width, height, class_of(level),
                  markup_text(day + " " + two_digits(hour) + ":00: " + number->to_string()));
      const std::string text = short_number(*value);
      if (text_width(text, kCellFont) > width || height < kCellFont + 2) continue;
      out += svg_text(x + width / 2, y + height / 2 + 3.5, text,
                      level && *level + 1 == kHeatLevels ? "cell h3t" : "cell", "middle");
    }
  }
  double x = left;
  const double y = size.height - 32;
  const auto entry = [&](const std::string& classes, const std::string& text) {
    out += cell(x, y, 22, 16, classes, {}) + svg_text(x + 27, y + 12, text, "tick");
    x += 27 + text_width(text, 12) + 14;
  };
  entry("none", "0");
  for (std::size_t level = 0; level < kHeatLevels; ++level)
    entry("h" + std::to_string(level),
          "to " + short_number(level + 1 == kHeatLevels ? map.highest() : heat_bound(map, level + 1)));
  out += svg_text(x, y + 12, "empty: nothing written", "tick");
  out +=
      svg_text(size.width - kMargin, size.height - 8,
               (picture.unit.empty() ? std::string() : picture.unit + "; ") + "hours, " + map.time_zone, "note", "end");
  return out;
}

}  // namespace trifle::cli
