#include <trifle/stats/series.hpp>

#include "series/aggregates.hpp"
#include "series/columns.hpp"
#include "series/path_expansion.hpp"
#include "series/row_span.hpp"

namespace trifle::stats {
namespace {

std::optional<Number> of_nothing(Aggregator by) {
  return by == Aggregator::Count ? std::optional<Number>(0) : std::nullopt;
}

}  // namespace

std::optional<Number> Series::aggregate(std::string_view path, Aggregator by) const {
  const detail::Column* const column = detail::one_column(*columns_, path, "aggregate");
  return column == nullptr ? of_nothing(by) : detail::aggregate_in(*column, {0, size()}, by);
}

Series::Aggregates Series::aggregate(std::string_view path, Aggregator by, AggregateOptions options) const {
  const detail::Column* const column = detail::one_column(*columns_, path, "aggregate");
  const bool zero = options.empty == Empty::Zero && (by == Aggregator::Sum || by == Aggregator::Mean);
  Aggregates aggregates;
  for (const detail::RowSpan rows : detail::slice_rows(size(), options.slices)) {
    auto value = column == nullptr ? of_nothing(by) : detail::aggregate_in(*column, rows, by);
    // A sum that is absent because nothing holds it is no zero.
    if (!value && zero && (column == nullptr || detail::count_in(*column, rows) == 0)) value = 0;
    aggregates.push_back(value);
  }
  return aggregates;
}

std::size_t Series::count(std::string_view path) const {
  const detail::Column* const column = detail::one_column(*columns_, path, "count");
  return column == nullptr ? 0 : column->count();
}

std::vector<std::size_t> Series::count(std::string_view path, Slices slices) const {
  const detail::Column* const column = detail::one_column(*columns_, path, "count");
  std::vector<std::size_t> counts;
  for (const detail::RowSpan rows : detail::slice_rows(size(), slices.slices))
    counts.push_back(column == nullptr ? 0 : detail::count_in(*column, rows));
  return counts;
}

}  // namespace trifle::stats
