#pragma once

#include <optional>
#include <string>
#include <vector>

namespace trifle::cli {

/// One column of a chart: where it stands, and how high. Nothing is drawn where there is no value.
struct ChartPoint {
  std::string label;            ///< a short text below the axis, where there is room
  std::optional<double> value;  ///< finite
};

struct ChartStyle {
  int width = 80;      ///< columns of the whole picture, axis included; at least 20
  int height = 12;     ///< rows of the plot, without title and axis; at least 3
  bool ascii = false;  ///< no block characters
};

/// Draws columns over a scale: title, plot, axis, labels, each line ended. Takes at most chart_columns points; the
/// title fits the width already.
std::string draw_chart(const std::string& title, const std::vector<ChartPoint>& points, const ChartStyle& style);

/// How many points fit beside a scale that has to show these values.
int chart_columns(double lowest, double highest, const ChartStyle& style);

}  // namespace trifle::cli
