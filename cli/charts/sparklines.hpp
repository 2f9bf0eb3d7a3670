#pragma once

#include <string>

#include "charts/chart_data.hpp"
#include "charts/text_canvas.hpp"

namespace trifle::cli {

/// How many points fit in one line of text beside the names and numbers.
std::size_t spark_capacity(const ChartData& data, const TextStyle& style);

/// A line for each path: its name, its course from zero (or below) to its own highest, smallest and largest number, and
/// the last one, in brackets where it can't be compared. Gaps where numbers are absent.
std::string draw_sparklines(const ChartData& data, const TextStyle& style);

}  // namespace trifle::cli
