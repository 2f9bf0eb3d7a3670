#include "charts/svg_marks.hpp"

#include <algorithm>
#include <array>

#include "charts/markup.hpp"

namespace trifle::cli {
namespace {

constexpr double kRadius = 3.5;
constexpr std::array<const char*, 8> kDashes = {"", "7 4", "2 4", "9 4 2 4", "14 4", "5 3 1 3 1 3", "3 3", "12 3 3 3"};

std::string number_class(const char* letter, std::size_t line) { return letter + std::to_string(line % 8); }

std::string shape(std::size_t line, double x, double y, double r) {
  const auto polygon = [&](std::initializer_list<std::array<double, 2>> corners) {
    std::string points;
    for (const auto& [dx, dy] : corners) points += (points.empty() ? "" : " ") + px(x + dx * r) + "," + px(y + dy * r);
    return "<polygon points=\"" + points + "\"";
  };
  switch (line % 8) {
    case 1:
      return "<rect x=\"" + px(x - r) + "\" y=\"" + px(y - r) + "\" width=\"" + px(2 * r) + "\" height=\"" + px(2 * r) +
             "\"";
    case 2:
      return polygon({{0, -1.3}, {1.2, 0.9}, {-1.2, 0.9}});
    case 3:
      return polygon({{0, -1.4}, {1.4, 0}, {0, 1.4}, {-1.4, 0}});
    case 4:
      return polygon({{0, 1.3}, {1.2, -0.9}, {-1.2, -0.9}});
    case 5:
      return polygon({{-1.3, -0.5},
                      {-0.5, -0.5},
                      {-0.5, -1.3},
                      {0.5, -1.3},
                      {0.5, -0.5},
                      {1.3, -0.5},
                      {1.3, 0.5},
                      {0.5, 0.5},
                      {0.5, 1.3},
                      {-0.5, 1.3},
                      {-0.5, 0.5},
                      {-1.3, 0.5}});
    case 6:
      return polygon({{-1.4, -0.7}, {1.4, -0.7}, {1.4, 0.7}, {-1.4, 0.7}});
    case 7:
      return polygon({{-0.7, -1.4}, {0.7, -1.4}, {0.7, 1.4}, {-0.7, 1.4}});
    default:
      return "<circle cx=\"" + px(x) + "\" cy=\"" + px(y) + "\" r=\"" + px(r) + "\"";
  }
}

std::string rect(double x, double y, double width, double height, const std::string& attributes,
                 const std::string& inside) {
  return "<rect x=\"" + px(x) + "\" y=\"" + px(y) + "\" width=\"" + px(width) + "\" height=\"" + px(height) + "\" " +
         attributes + (inside.empty() ? std::string("/>") : ">" + inside + "</rect>") + "\n";
}

}  // namespace

std::string line_path(std::size_t line, const std::string& path) {
  const std::string dashes = kDashes[line % 8];
  return "<path class=\"line " + number_class("s", line) + "\"" +
         (dashes.empty() ? std::string() : " stroke-dasharray=\"" + dashes + "\"") + " d=\"" + path + "\"/>\n";
}

std::string open_path(std::size_t line, const std::string& path) {
  return "<path class=\"line open " + number_class("s", line) + "\" d=\"" + path + "\"/>\n";
}

std::string mark(std::size_t line, double x, double y, bool hollow, const std::string& inside) {
  const std::string name = shape(line, x, y, kRadius);
  const std::string classes = hollow ? "hollow " + number_class("s", line) : "mark " + number_class("f", line);
  const std::string element = name.substr(1, name.find(' ') - 1);
  return name + " class=\"" + classes + "\"" + (inside.empty() ? "/>" : ">" + inside + "</" + element + ">") + "\n";
}

std::string bar_patterns(const std::string& id, std::size_t lines) {
  static constexpr std::array<const char*, 3> kPatterns = {"<path d=\"M-1 1L1 -1M0 6L6 0M5 7L7 5\" class=\"hatch\"/>",
                                                           "<path d=\"M0 3H6\" class=\"hatch\"/>",
                                                           "<path d=\"M0 3H6M3 0V6\" class=\"hatch\"/>"};
  std::string out;
  for (std::size_t line = 1; line < lines; ++line) {
    out += "<pattern id=\"" + id + "-p" + std::to_string(line) +
           "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">" + kPatterns[(line - 1) % 3] + "</pattern>\n";
  }
  return out.empty() ? out : "<defs>\n" + out + "</defs>\n";
}

std::string bar(const std::string& id, std::size_t line, double x, double y, double width, double height, bool hollow,
                const std::string& inside) {
  if (hollow) {
    return rect(x + 0.75, y + 0.75, std::max(width - 1.5, 0.5), std::max(height - 0.75, 0.5),
                "class=\"hollow dashed " + number_class("s", line) + "\"", inside);
  }
  std::string out = rect(x, y, width, height, "class=\"" + number_class("f", line) + "\"", inside);
  if (line > 0) out += rect(x, y, width, height, "fill=\"url(#" + id + "-p" + std::to_string(line) + ")\"", inside);
  return out;
}

std::string line_sample(std::size_t line) { return line_path(line, "M0 0L28 0") + mark(line, 14, 0, false, {}); }

std::string bar_sample(const std::string& id, std::size_t line) { return bar(id, line, 0, -6, 28, 12, false, {}); }

std::string open_line_sample() { return open_path(0, "M0 0L24 0") + mark(0, 24, 0, true, {}); }

std::string open_bar_sample() { return bar({}, 0, 0, -6, 28, 12, true, {}); }

}  // namespace trifle::cli
