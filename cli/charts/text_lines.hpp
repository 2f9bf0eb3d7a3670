#pragma once

#include <string>

#include "charts/chart_data.hpp"
#include "charts/text_canvas.hpp"

namespace trifle::cli {

inline constexpr std::size_t kMostLines = 8;  ///< lines that their marks can tell apart

/// How many points fit.
std::size_t line_capacity(const ChartData& data, const TextStyle& style);

/// A line of braille dots for one path; marks of their own for each of several. Absent numbers are gaps. The way to a
/// point that can't be compared is dotted. Takes at most line_capacity points and kMostLines lines.
std::string draw_lines(const ChartData& data, const TextStyle& style);

}  // namespace trifle::cli
