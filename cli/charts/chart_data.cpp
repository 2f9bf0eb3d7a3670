#include "charts/chart_data.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace trifle::cli {
namespace {

using stats::Instant;
using stats::Number;

// Numbers of units that make a larger one, or divide it.
constexpr std::size_t kSixties[] = {1,  2,  3,   4,   5,   6,   10,  12,   15,   20,
                                    30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10'080};
constexpr std::size_t kHours[] = {1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336};
constexpr std::size_t kDays[] = {1, 7, 14, 28};
constexpr std::size_t kMonths[] = {1, 3, 6, 12, 24, 60, 120};

}  // namespace

const char* fold_name(Fold fold) {
  switch (fold) {
    case Fold::Mean:
      return "mean";
    case Fold::Min:
      return "min";
    case Fold::Max:
      return "max";
    case Fold::Sum:
      break;
  }
  return "sum";
}

std::optional<Number> fold_numbers(const std::vector<std::optional<Number>>& numbers, std::size_t first,
                                   std::size_t count, Fold fold) {
  std::optional<Number> result;
  std::size_t present = 0;
  for (std::size_t i = first; i < std::min(first + count, numbers.size()); ++i) {
    if (!numbers[i]) continue;
    ++present;
    if (!result) {
      result = numbers[i];
    } else if (fold == Fold::Min) {
      if (*numbers[i] < *result) result = numbers[i];
    } else if (fold == Fold::Max) {
      if (*numbers[i] > *result) result = numbers[i];
    } else {
      *result += *numbers[i];
    }
  }
  if (result && fold == Fold::Mean && present > 1) return Number(result->to_double() / static_cast<double>(present));
  return result;
}

std::size_t round_per_point(std::size_t per_point, const stats::Granularity& granularity) {
  using Unit = stats::Granularity::Unit;
  const auto round = [&]() -> std::span<const std::size_t> {
    switch (granularity.unit()) {
      case Unit::Second:
      case Unit::Minute:
        return kSixties;
      case Unit::Hour:
        return kHours;
      case Unit::Day:
        return kDays;
      case Unit::Month:
        return kMonths;
      default:
        return {};
    }
  }();
  const auto each = static_cast<std::size_t>(granularity.count());
  for (const std::size_t units : round) {
    if (units % each == 0 && units / each >= per_point) return units / each;
  }
  return per_point;
}

std::optional<double> drawable(const std::optional<Number>& number) noexcept {
  constexpr double kFarthest = 1e300;  // so that sums and differences of lengths stay finite
  if (!number || !number->is_finite()) return std::nullopt;
  return std::clamp(number->to_double(), -kFarthest, kFarthest);
}

double ChartData::lowest() const noexcept {
  double low = 0;
  for (const auto& line : lines) {
    for (const auto& value : line.values) low = std::min(low, drawable(value).value_or(0));
  }
  return low;
}

double ChartData::highest() const noexcept {
  double high = 0;
  for (const auto& line : lines) {
    for (const auto& value : line.values) high = std::max(high, drawable(value).value_or(0));
  }
  return high;
}

Instant end_of_bucket(const stats::Bucketing& bucketing, Instant start, const stats::Granularity& granularity) {
  const Instant after = bucketing.add(start, granularity.count(), granularity.unit());
  // A week that New Year cuts short, or a bucket before a change of the clock, ends earlier than its width says.
  const auto starts = bucketing.timeline(start, after, granularity);
  const auto next = std::upper_bound(starts.begin(), starts.end(), start);
  return next == starts.end() ? after : *next;
}

ChartData chart_data(const stats::Series& series, const std::string& key, const std::vector<std::string>& paths) {
  ChartData data{.key = key, .bucketing = series.bucketing(), .starts = {}, .end = {}, .lines = {}};
  if (series.granularity()) data.granularity = *series.granularity();
  data.starts.reserve(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) data.starts.push_back(series.at(i));
  if (!data.starts.empty()) {
    data.end = end_of_bucket(data.bucketing, data.starts.back(), data.granularity);
    data.open = series.partial(series.size() - 1);
  }
  for (const auto& path : paths) {
    ChartLine& line = data.lines.emplace_back(ChartLine{.name = path, .values = {}});
    line.values.reserve(series.size());
    for (std::size_t i = 0; i < series.size(); ++i) line.values.push_back(series.value(i, path));
  }
  return data;
}

ChartData folded(const ChartData& data, std::size_t per_point, Fold fold) {
  if (per_point <= 1) return data;
  ChartData out{.key = data.key,
                .bucketing = data.bucketing,
                .granularity = data.granularity,
                .starts = {},
                .end = data.end,
                .open = data.open,
                .lines = {},
                .per_point = per_point,
                .fold = fold,
                .last_count = (data.starts.size() + per_point - 1) % per_point + 1};
  for (std::size_t i = 0; i < data.starts.size(); i += per_point) out.starts.push_back(data.starts[i]);
  for (const auto& line : data.lines) {
    ChartLine& merged = out.lines.emplace_back(ChartLine{.name = line.name, .values = {}});
    for (std::size_t i = 0; i < data.starts.size(); i += per_point)
      merged.values.push_back(fold_numbers(line.values, i, per_point, fold));
  }
  return out;
}

}  // namespace trifle::cli
