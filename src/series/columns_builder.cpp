#include "series/columns_builder.hpp"

#include <utility>

namespace trifle::stats::detail {

void ColumnsBuilder::widen(std::size_t columns) { columns_.resize(columns, ColumnBuilder(buckets_.size())); }

std::optional<ColumnsBuilder::Place> ColumnsBuilder::infinite() {
  std::optional<Place> first;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    columns_[column].settle();
    if (const auto row = columns_[column].infinite(); row && (!first || *row < first->row)) first = Place{*row, column};
  }
  return first;
}

Columns ColumnsBuilder::finish(const Bucketing& bucketing, const Granularity& granularity, bool skip_blanks,
                               const std::function<std::string_view(std::size_t)>& name) {
  for (ColumnBuilder& column : columns_) column.settle();
  std::optional<RowSelection> kept;
  if (skip_blanks) {
    kept.emplace(marked());
    std::vector<std::int64_t> buckets;
    buckets.reserve(kept->count());
    for (std::size_t row = 0; row < buckets_.size(); ++row)
      if (kept->holds(row)) buckets.push_back(buckets_[row]);
    buckets_ = std::move(buckets);
  }
  std::vector<Column> columns;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    ColumnBuilder& column = columns_[i];
    if (column.empty()) continue;
    std::string text(name(i));
    columns.push_back(kept ? column.finish(std::move(text), *kept) : column.finish(std::move(text)));
  }
  columns_.clear();
  return {bucketing, granularity, std::exchange(buckets_, {}), std::move(columns)};
}

std::vector<std::uint64_t> ColumnsBuilder::marked() const {
  std::vector<std::uint64_t> rows((buckets_.size() + 63) / 64);
  for (const ColumnBuilder& column : columns_) column.mark(rows);
  return rows;
}

}  // namespace trifle::stats::detail
