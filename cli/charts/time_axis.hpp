#pragma once

#include <string>
#include <vector>

#include "charts/chart_data.hpp"

namespace trifle::cli {

/// A mark of the calendar below a chart.
struct TimeTick {
  double position;      ///< in points: 2 is where point 2 begins, 2.5 its middle
  bool centred;         ///< it names the point that begins here, rather than the line between two
  std::string label;    ///< "06:00", "15", "Jul"
  std::string context;  ///< what the label leaves out ("Wed 15 Jul 2026"), where it changes; empty elsewhere
};

/// Round times in the zone (hours, days, week starts, months, years), the finest whose labels find room beside each
/// other in `columns` characters.
std::vector<TimeTick> time_ticks(const ChartData& data, int columns);

}  // namespace trifle::cli
