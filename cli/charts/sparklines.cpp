#include "charts/sparklines.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "charts/number_axis.hpp"
#include "charts/text_frame.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kWidestName = 24;
constexpr std::size_t kNumbersWidth = 30;  // "  12.34k to 12.34M, last 12.34k"
constexpr std::size_t kNarrowest = 8;
constexpr std::size_t kShortestName = 10;
constexpr std::array<const char*, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char*, 8> kAscii = {"_", ".", ":", "-", "=", "+", "*", "#"};

std::size_t name_width(const ChartData& data, const TextStyle& style) {
  std::size_t width = 0;
  for (const auto& line : data.lines) width = std::max(width, display_width(printable(line.name)));
  // On a narrow screen names are cut, and then the numbers: the course stays.
  const auto room = static_cast<std::size_t>(style.width) / 3;
  return std::min(width, std::clamp(room, kShortestName, kWidestName));
}

}  // namespace

std::size_t spark_capacity(const ChartData& data, const TextStyle& style) {
  const std::size_t taken = name_width(data, style) + 2 + kNumbersWidth;
  const auto width = static_cast<std::size_t>(style.width);
  return width > taken + kNarrowest ? width - taken : kNarrowest;
}

std::string draw_sparklines(const ChartData& data, const TextStyle& style) {
  ChartData titled = data;
  if (data.lines.size() == 1) titled.lines.clear();  // its name stands in the line itself
  std::string out = text_title(titled, style);
  const auto& levels = style.ascii ? kAscii : kBlocks;
  const std::size_t names = name_width(data, style);
  for (std::size_t index = 0; index < data.lines.size(); ++index) {
    const ChartLine& line = data.lines[index];
    std::optional<double> low;
    std::optional<double> high;
    for (const auto& value : line.values) {
      const auto number = drawable(value);
      if (!number) continue;
      low = low ? std::min(*low, *number) : *number;
      high = high ? std::max(*high, *number) : *number;
    }
    const double bottom = std::min(low.value_or(0), 0.0);
    const double top = std::max(high.value_or(0), 0.0);
    std::string course;
    for (const auto& value : line.values) {
      const auto number = drawable(value);
      if (!number) {
        course += ' ';
        continue;
      }
      const double part = top > bottom ? (*number - bottom) / (top - bottom) : 0;
      course += levels[static_cast<std::size_t>(std::lround(part * 7))];
    }
    const std::string name(fit(printable(line.name), names));
    out += name + std::string(names - display_width(name) + 2, ' ') + coloured(course, index, style.colour);
    std::string numbers;
    if (low) {
      numbers = "  " + short_number(*low) + " to " + short_number(*high);
      if (const auto last = line.values.empty() ? std::nullopt : drawable(line.values.back()))
        numbers += data.partial() ? ", last (" + short_number(*last) + ")" : ", last " + short_number(*last);
    }
    const std::size_t used = names + 2 + display_width(course);
    const auto width = static_cast<std::size_t>(style.width);
    out += fit(numbers, width > used ? width - used : 0);
    out += '\n';
  }
  return out;
}

}  // namespace trifle::cli
