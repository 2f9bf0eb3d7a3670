#include "charts/heat_map.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "charts/civil_time.hpp"

namespace trifle::cli {

double HeatMap::lowest() const noexcept {
  double low = 0;
  for (const auto& row : cells) {
    for (const auto& cell : row) low = std::min(low, drawable(cell).value_or(0));
  }
  return low;
}

double HeatMap::highest() const noexcept {
  double high = 0;
  for (const auto& row : cells) {
    for (const auto& cell : row) high = std::max(high, drawable(cell).value_or(0));
  }
  return high;
}

std::optional<std::size_t> heat_level(const HeatMap& map, double value) noexcept {
  const double low = map.lowest();
  const double high = map.highest();
  if (value == 0 || high <= low) return std::nullopt;
  const double part = (value - low) / (high - low) * static_cast<double>(kHeatLevels);
  return static_cast<std::size_t>(std::clamp(std::ceil(part) - 1, 0.0, static_cast<double>(kHeatLevels - 1)));
}

double heat_bound(const HeatMap& map, std::size_t level) noexcept {
  return map.lowest() + (map.highest() - map.lowest()) * static_cast<double>(level) / static_cast<double>(kHeatLevels);
}

HeatMap heat_map(const ChartData& data, const ChartLine& line, Fold fold) {
  using Unit = stats::Granularity::Unit;
  HeatMap map{.key = data.key,
              .path = line.name,
              .time_zone = data.bucketing.time_zone(),
              .first = {},
              .last = {},
              .fold = fold,
              .week_start = data.bucketing.week_start(),
              .cells = {}};
  map.open = data.open;
  if (data.starts.empty()) return map;
  map.first = bucket_text(data.bucketing, data.starts.front(), Unit::Day);
  map.last = bucket_text(data.bucketing, data.starts.back(), Unit::Day);
  std::array<std::array<std::vector<std::optional<stats::Number>>, 24>, 7> found;
  std::array<std::set<std::chrono::sys_days>, 7> dates;
  for (std::size_t i = 0; i < data.starts.size(); ++i) {
    const CivilTime time = civil_time(data.bucketing, data.starts[i]);
    const auto row = static_cast<std::size_t>((time.weekday - map.week_start).count());
    dates[row].insert(std::chrono::sys_days(time.date));
    if (drawable(line.values[i])) found[row][static_cast<std::size_t>(time.hour)].push_back(line.values[i]);
  }
  for (std::size_t row = 0; row < 7; ++row) {
    map.uneven = map.uneven || dates[row].size() != dates[0].size();
    for (std::size_t hour = 0; hour < 24; ++hour)
      map.cells[row][hour] = fold_numbers(found[row][hour], 0, found[row][hour].size(), fold);
  }
  return map;
}

}  // namespace trifle::cli
