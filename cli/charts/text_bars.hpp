#pragma once

#include <string>

#include "charts/chart_data.hpp"
#include "charts/text_canvas.hpp"

namespace trifle::cli {

inline constexpr std::size_t kMostBars = 4;  ///< lines that bars can tell apart

/// How many points fit.
std::size_t bar_capacity(const ChartData& data, const TextStyle& style);

/// Columns over a scale, those of several lines side by side, each filled with its own glyph. A point without a number
/// stays empty, a zero is a line at the bottom, a point that can't be compared is dotted. Takes at most bar_capacity
/// points and kMostBars lines.
std::string draw_bars(const ChartData& data, const TextStyle& style);

}  // namespace trifle::cli
