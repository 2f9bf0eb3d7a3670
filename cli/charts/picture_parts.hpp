#pragma once

#include <string>

#include "charts/picture.hpp"

namespace trifle::cli {

// What is inside of an svg element, from its upper left corner.

std::string svg_line_chart(const LineChart& chart, const PictureChart& picture, const PictureSize& size,
                           std::size_t index);
std::string svg_heat_map(const HeatMap& map, const PictureChart& picture, const PictureSize& size);

/// The background, the title, and what is to be known, in as many lines as it needs. `bottom` becomes where it ends.
std::string svg_heading(const PictureChart& picture, const PictureSize& size, double& bottom);

std::string svg_text(double x, double y, const std::string& text, const char* classes, const char* anchor = "start");
std::string svg_line(double x1, double y1, double x2, double y2, const char* classes);

}  // namespace trifle::cli
