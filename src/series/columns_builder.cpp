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
                               const std::function<std::string_view(std::size_t)>& name,
                               std::optional<std::int64_t> now) {
  for (ColumnBuilder& column : columns_) column.settle();
  Frame frame{.bucketing = bucketing, .granularity = granularity, .buckets = {}};
  if (!buckets_.empty()) {
    frame.first = buckets_.front();
    frame.last = buckets_.back();
  }
  std::optional<RowSelection> kept;
  if (skip_blanks) {
    kept.emplace(marked());
    frame.buckets.reserve(kept->count());
    for (std::size_t row = 0; row < buckets_.size(); ++row)
      if (kept->holds(row)) frame.buckets.push_back(buckets_[row]);
    buckets_ = {};
  } else {
    frame.buckets = std::exchange(buckets_, {});
  }
  frame.now = now;
  mark_open(frame);
  std::vector<Column> columns;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    ColumnBuilder& column = columns_[i];
    if (column.empty()) continue;
    std::string text(name(i));
    columns.push_back(kept ? column.finish(std::move(text), *kept) : column.finish(std::move(text)));
  }
  columns_.clear();
  return {std::make_shared<const Frame>(std::move(frame)), std::move(columns)};
}

std::vector<std::uint64_t> ColumnsBuilder::marked() const {
  std::vector<std::uint64_t> rows((buckets_.size() + 63) / 64);
  for (const ColumnBuilder& column : columns_) column.mark(rows);
  return rows;
}

}  // namespace trifle::stats::detail
