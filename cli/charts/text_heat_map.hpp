#pragma once

#include <string>

#include "charts/heat_map.hpp"
#include "charts/text_canvas.hpp"

namespace trifle::cli {

inline constexpr int kNarrowestHeatMap = 28;

/// Seven rows of 24 hours, shaded; a blank where nothing was, a dot for zero; below it what the shades mean. Needs
/// kNarrowestHeatMap columns.
std::string draw_heat_map(const HeatMap& map, const TextStyle& style);

}  // namespace trifle::cli
