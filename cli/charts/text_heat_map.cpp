#include "charts/text_heat_map.hpp"

#include <algorithm>
#include <array>

#include "charts/civil_time.hpp"
#include "charts/number_axis.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kMargin = 4;  // "Mon "
constexpr std::size_t kWidestCell = 4;
constexpr std::array<const char*, kHeatLevels> kShades = {"░", "▒", "▓", "█"};
constexpr std::array<const char*, kHeatLevels> kAsciiShades = {"-", "=", "*", "#"};

}  // namespace

std::string draw_heat_map(const HeatMap& map, const TextStyle& style) {
  const auto width = static_cast<std::size_t>(style.width);
  const std::size_t cell = std::clamp<std::size_t>((width - std::min(width, kMargin)) / 24, 1, kWidestCell);
  TextCanvas canvas(width, 8);
  const std::size_t every = cell >= 3 ? 1 : (cell == 2 ? 2 : 3);
  for (std::size_t hour = 0; hour < 24; hour += every)
    canvas.text(kMargin + hour * cell, 0, (hour < 10 ? "0" : "") + std::to_string(hour));
  struct Most {
    double value;
    std::string text;
  };
  std::optional<Most> most;
  const auto& shades = style.ascii ? kAsciiShades : kShades;
  const std::size_t drawn = cell > 2 ? cell - 1 : cell;
  for (std::size_t row = 0; row < 7; ++row) {
    canvas.text(0, row + 1, weekday_text(map.day(row)));
    for (std::size_t hour = 0; hour < 24; ++hour) {
      const auto value = drawable(map.cells[row][hour]);
      if (!value) continue;
      const auto level = heat_level(map, *value);
      for (std::size_t k = 0; k < drawn; ++k)
        canvas.put(kMargin + hour * cell + k, row + 1, level ? shades[*level] : (k == 0 ? "." : " "), level ? 3 : 0);
      if (!most || *value > most->value) {
        most = {*value, std::string(weekday_text(map.day(row))) + " " + (hour < 10 ? "0" : "") + std::to_string(hour) +
                            ":00 " + map.cells[row][hour]->to_string()};
      }
    }
  }
  const std::string title = printable(map.key) + " " + printable(map.path) + ", " + fold_name(map.fold) +
                            " by weekday and hour, " + map.time_zone;
  std::string out = std::string(fit(title, width)) + '\n';
  out += std::string(fit(map.first + " to " + map.last, width)) + '\n';
  out += canvas.to_string(style.colour);

  std::string legend = "    ";
  const auto add = [&](const std::string& part) {
    const std::size_t line_start = legend.rfind('\n') == std::string::npos ? 0 : legend.rfind('\n') + 1;
    if (display_width(legend.substr(line_start)) + display_width(part) + 2 > width) {
      legend.erase(legend.find_last_not_of(' ') + 1);
      legend += "\n    ";
    }
    legend += part + "  ";
  };
  add(". 0");
  for (std::size_t level = 0; level < kHeatLevels; ++level) {
    std::string sample;
    for (std::size_t k = 0; k < std::min<std::size_t>(drawn, 3); ++k) sample += shades[level];
    add(sample + " to " + short_number(level + 1 == kHeatLevels ? map.highest() : heat_bound(map, level + 1)));
  }
  legend.erase(legend.find_last_not_of(' ') + 1);
  out += legend + '\n';
  if (most) out += std::string(fit("    most: " + most->text, width)) + '\n';
  if (map.uneven && map.fold == Fold::Sum) {
    out += std::string(fit("    weekdays occur unequally often: see --merge mean", width)) + '\n';
  }
  if (map.open) out += std::string(fit("    the last hour is not over", width)) + '\n';
  return out;
}

}  // namespace trifle::cli
