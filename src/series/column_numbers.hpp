#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "series/column.hpp"
#include "series/column_builder.hpp"
#include "series/columns.hpp"
#include "series/row_span.hpp"

namespace trifle::stats::detail {

/// Calls `each(row, number)` for those of the rows that hold a number, ascending.
template <class Each>
void for_each_number(const Column& column, RowSpan rows, Each&& each) {
  if (!column.sparse()) {
    const bool complete = column.present().empty();
    for (std::size_t row = rows.first; row < rows.last && row < column.slots(); ++row)
      if (complete || Column::bit(column.present(), row)) each(row, column.number(row));
    return;
  }
  for (std::size_t slot = 0; slot < column.slots(); ++slot) {
    const std::size_t row = column.rows()[slot];
    if (row >= rows.last) return;
    if (row >= rows.first) each(row, column.number(slot));
  }
}

/// Other numbers at the same paths: `make(column, builder)` adds those of one column, finite ones, ascending by row.
template <class Make>
Columns remade(const Columns& columns, std::shared_ptr<const Frame> frame, Make&& make) {
  std::vector<Column> made;
  for (const Column& column : columns.columns()) {
    ColumnBuilder builder(frame->buckets.size());
    make(column, builder);
    builder.settle();
    if (!builder.empty()) made.push_back(builder.finish(column.name()));
  }
  return {std::move(frame), std::move(made)};
}

/// The frame with other marks.
inline std::shared_ptr<const Frame> marked(const std::shared_ptr<const Frame>& frame,
                                           std::vector<std::uint64_t> partial) {
  if (partial == frame->partial) return frame;
  auto changed = std::make_shared<Frame>(*frame);
  changed->partial = std::move(partial);
  return changed;
}

}  // namespace trifle::stats::detail
