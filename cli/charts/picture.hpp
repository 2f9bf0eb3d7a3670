#pragma once

#include <string>
#include <variant>
#include <vector>

#include "charts/chart_data.hpp"
#include "charts/heat_map.hpp"

namespace trifle::cli {

/// Of one chart, in pixels.
struct PictureSize {
  int width = 800;
  int height = 400;
};

struct LineChart {
  ChartData data;
  bool bars = false;
};

struct PictureChart {
  std::variant<LineChart, HeatMap> what;
  std::string unit;  ///< what its numbers are; may be empty
};

/// An SVG file of these charts, one below the other, that needs nothing from outside: it has a title and a description
/// for those who can't see it, and follows the reader's light or dark colours.
std::string svg_document(const std::vector<PictureChart>& charts, const PictureSize& size);

/// One chart as an `svg` element for a page that has picture_css. `index` makes the names in it unique.
std::string svg_element(const PictureChart& chart, const PictureSize& size, std::size_t index);

/// What the classes of the pictures look like.
std::string picture_css();

/// The title and the rest of what is to be known about a chart: bucket width, zone, time, what was merged.
std::string picture_title(const PictureChart& chart);
std::string picture_subtitle(const PictureChart& chart);

/// The numbers in a sentence for each line.
std::string picture_description(const PictureChart& chart);

}  // namespace trifle::cli
