#include <trifle/stats/series.hpp>

#include <map>
#include <utility>

#include "series/aggregates.hpp"
#include "series/column_numbers.hpp"
#include "series/columns.hpp"
#include "series/path_expansion.hpp"
#include "series/row_span.hpp"
#include "series/total.hpp"

namespace trifle::stats {
namespace {

using detail::Column;
using detail::Columns;
using detail::RowSpan;
using detail::ShownPath;

TimelinePoints points_of(const Columns& columns, const Column* column, RowSpan rows, const TimelineOptions& options) {
  TimelinePoints points;
  points.reserve(rows.size());
  for (std::size_t row = rows.first; row < rows.last; ++row)
    points.push_back(
        {.at = Instant::from_unix(columns.buckets()[row]), .value = std::nullopt, .partial = columns.partial(row)});
  if (column != nullptr)
    detail::for_each_number(*column, rows,
                            [&](std::size_t row, Number number) { points[row - rows.first].value = number; });
  std::optional<Number> fill;
  if (options.missing == Missing::Zero) fill = 0;
  for (TimelinePoint& point : points) {
    if (options.transform) point.value = options.transform(point.at, point.value);
    if (!point.value) {
      point.value = fill;
    } else if (options.missing == Missing::Previous) {
      fill = point.value;
    }
  }
  return points;
}

Category category_of(const std::vector<ShownPath>& paths, RowSpan rows, const CategoryOptions& options) {
  Category totals;
  const auto put = [&](const std::string& name, std::optional<Number> total) {
    if (total) totals.emplace(name, *total);
  };
  if (options.transform) {
    std::map<std::string, detail::Total> sums;
    for (const ShownPath& path : paths) {
      if (path.column == nullptr) continue;
      detail::for_each_number(*path.column, rows, [&](std::size_t, Number number) {
        const auto [name, value] = options.transform(path.name, number);
        sums[name].add(value);
      });
    }
    for (const auto& [name, sum] : sums) put(name, sum.value());
    return totals;
  }
  for (const ShownPath& path : paths) {
    const bool blank = path.column == nullptr || detail::count_in(*path.column, rows) == 0;
    if (!blank) {
      put(path.name, detail::aggregate_in(*path.column, rows, Aggregator::Sum));
    } else if (options.empty == Empty::Zero) {
      put(path.name, 0);
    }
  }
  return totals;
}

}  // namespace

std::vector<std::string> Series::expand(std::string_view path) const {
  std::vector<std::string> names;
  for (ShownPath& shown : detail::expand_path(*columns_, path)) names.push_back(std::move(shown.name));
  return names;
}

Timeline Series::timeline(std::string_view path, const TimelineOptions& options) const {
  Timeline timeline;
  if (empty()) return timeline;
  for (const ShownPath& shown : detail::expand_path(*columns_, path))
    timeline.emplace(shown.name, points_of(*columns_, shown.column, {0, size()}, options));
  return timeline;
}

SlicedTimeline Series::timeline(std::string_view path, Slices slices, const TimelineOptions& options) const {
  const auto spans = detail::slice_rows(size(), slices.slices);
  SlicedTimeline timeline;
  if (empty()) return timeline;
  for (const ShownPath& shown : detail::expand_path(*columns_, path)) {
    const TimelinePoints points = points_of(*columns_, shown.column, {0, size()}, options);
    auto& runs = timeline[shown.name];
    for (const RowSpan span : spans) {
      const auto at = points.begin() + static_cast<std::ptrdiff_t>(span.first);
      runs.emplace_back(at, at + static_cast<std::ptrdiff_t>(span.size()));
    }
  }
  return timeline;
}

Category Series::category(std::string_view path, const CategoryOptions& options) const {
  if (empty()) return {};
  return category_of(detail::expand_path(*columns_, path), {0, size()}, options);
}

std::vector<Category> Series::category(std::string_view path, Slices slices, const CategoryOptions& options) const {
  const auto paths = detail::expand_path(*columns_, path);
  std::vector<Category> categories;
  for (const RowSpan rows : detail::slice_rows(size(), slices.slices))
    categories.push_back(category_of(paths, rows, options));
  return categories;
}

}  // namespace trifle::stats
