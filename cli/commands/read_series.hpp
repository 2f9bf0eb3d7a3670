#pragma once

#include <optional>
#include <string>
#include <vector>

#include <trifle/stats/comparison.hpp>
#include <trifle/stats/series.hpp>

#include "commands/series_request.hpp"
#include "console.hpp"
#include "settings/settings.hpp"
#include "settings/time_range.hpp"

namespace trifle::cli {

/// A series as a command asked for it.
struct ReadSeries {
  stats::Series series;
  std::optional<stats::Comparison> compared;  ///< with the numbers before, where that was asked for
  TimeRange range;
  std::string granularity;
  std::vector<std::string> made;  ///< what expressions made, in order
  std::string open;               ///< the bucket that was left out, where nothing else has a number
  std::vector<std::string> keys;  ///< where there is no number: what else was tracked

  /// Some bucket isn't over.
  bool partial() const;
};

/// Reads the numbers of a key and makes of them what was asked for: expressions, then --rolling, then --compare.
ReadSeries read_series(const SeriesRequest& request, const Settings& settings);

/// Throws Failure where there are none, naming the keys that have some, nearest first.
void require_numbers(const ReadSeries& read, const std::string& key);

/// Says that a bucket isn't over, for outputs that can't show it.
void say_partial(const ReadSeries& read, Console& console);

}  // namespace trifle::cli
