#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>
#include <trifle/stats/instant.hpp>
#include <trifle/stats/number.hpp>
#include <trifle/stats/series.hpp>

namespace trifle::cli {

/// How the numbers of several buckets become one.
enum class Fold { Sum, Mean, Min, Max };

const char* fold_name(Fold fold);

/// Absent where all are absent. Sums of integers are exact.
std::optional<stats::Number> fold_numbers(const std::vector<std::optional<stats::Number>>& numbers, std::size_t first,
                                          std::size_t count, Fold fold);

/// The numbers of one path, one for each point of the chart.
struct ChartLine {
  std::string name;
  std::vector<std::optional<stats::Number>> values;
};

/// What a chart shows, whatever it is drawn with. A point is a bucket, or `per_point` of them.
struct ChartData {
  std::string key;
  stats::Bucketing bucketing;
  stats::Granularity granularity{"1h"};
  std::vector<stats::Instant> starts;  ///< of the points, ascending
  stats::Instant end;                  ///< where the last point ends
  bool open = false;                   ///< the last bucket wasn't over when it was read
  std::vector<ChartLine> lines;
  std::size_t per_point = 1;
  Fold fold = Fold::Sum;
  std::size_t last_count = 1;  ///< buckets in the last point: fewer, where they don't come out even

  /// The last point can't be compared with the others: it is drawn hollow.
  bool partial() const noexcept { return open || last_count < per_point; }

  /// The smallest and the largest number of all lines, and zero.
  double lowest() const noexcept;
  double highest() const noexcept;
};

/// The numbers of these paths.
ChartData chart_data(const stats::Series& series, const std::string& key, const std::vector<std::string>& paths);

/// `per_point` buckets in each point, counted from the first.
ChartData folded(const ChartData& data, std::size_t per_point, Fold fold);

/// A number of buckets, at least `per_point`, that makes points of hours, days, weeks or years, where there is one: 6
/// hours rather than 5.
std::size_t round_per_point(std::size_t per_point, const stats::Granularity& granularity);

/// The number as it can be drawn: absent where it is absent or not finite, and at most 1e300 from zero.
std::optional<double> drawable(const std::optional<stats::Number>& number) noexcept;

/// The start of the bucket that follows the one that starts here.
stats::Instant end_of_bucket(const stats::Bucketing& bucketing, stats::Instant start,
                             const stats::Granularity& granularity);

}  // namespace trifle::cli
