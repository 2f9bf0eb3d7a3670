#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "charts/chart_data.hpp"

namespace trifle::cli {

/// The numbers of one path by the weekday and the hour that the zone's clock showed.
struct HeatMap {
  std::string key;
  std::string path;
  std::string time_zone;
  std::string first;  ///< the first bucket, as a text
  std::string last;
  Fold fold = Fold::Sum;
  std::chrono::weekday week_start;  ///< the first row
  /// [row][hour]; absent where no bucket held a number.
  std::array<std::array<std::optional<stats::Number>, 24>, 7> cells;
  bool open = false;    ///< the last bucket isn't over
  bool uneven = false;  ///< some weekdays occur more often than others, so that sums favour them

  std::chrono::weekday day(std::size_t row) const { return week_start + std::chrono::days(row); }
  double lowest() const noexcept;   ///< and zero
  double highest() const noexcept;  ///< and zero
};

inline constexpr std::size_t kHeatLevels = 4;

/// Which of kHeatLevels a number is in, of equal width from the lowest to the highest; nothing for zero.
std::optional<std::size_t> heat_level(const HeatMap& map, double value) noexcept;

/// The lowest number of a level.
double heat_bound(const HeatMap& map, std::size_t level) noexcept;

/// The buckets of `line`; an hour or finer each.
HeatMap heat_map(const ChartData& data, const ChartLine& line, Fold fold);

}  // namespace trifle::cli
