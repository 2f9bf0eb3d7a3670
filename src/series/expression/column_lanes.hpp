#pragma once

#include <cstddef>

#include "series/column.hpp"
#include "series/expression/lane.hpp"

namespace trifle::stats::detail {

/// Hands out a column's values lane by lane, from the first row on.
class ColumnLanes {
 public:
  /// `column` may be null: a path that no row has.
  explicit ColumnLanes(const Column* column) noexcept : column_(column) {}

  /// The rows from `first`, where the last one ended; valid until the next call.
  Lane next(std::size_t first, std::size_t rows);

 private:
  Lane dense(std::size_t first, std::size_t rows);
  Lane sparse(std::size_t first, std::size_t rows);

  const Column* column_;
  std::size_t slot_ = 0;  ///< sparse: the first that was not handed out yet
  LaneRoom room_;
};

}  // namespace trifle::stats::detail
