#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>
#include <trifle/stats/number.hpp>

#include "series/column_builder.hpp"
#include "series/columns.hpp"

namespace trifle::stats::detail {

/// Makes Columns from numbers that are added one by one, mostly in row order; several for one row and column are
/// summed. Columns are small numbers here, counted from 0, and get their names in the end.
class ColumnsBuilder {
 public:
  /// The rows, as bucket starts in unix seconds, ascending; at most 2^32-1.
  explicit ColumnsBuilder(std::vector<std::int64_t> buckets) : buckets_(std::move(buckets)) {}

  std::span<const std::int64_t> buckets() const noexcept { return buckets_; }

  void add(std::size_t row, std::size_t column, Number number) {
    if (column >= columns_.size()) widen(column + 1);
    columns_[column].add(row, number);
  }

  /// A row and column whose sum is not finite, if there is one; nothing can be finished then. Call it when all is
  /// added.
  struct Place {
    std::size_t row = 0;
    std::size_t column = 0;
  };
  std::optional<Place> infinite();

  /// All of it, without the rows that hold nothing if `skip_blanks`. `name` tells the stored name of a column, no two
  /// alike. Rows that were not over at `now` (unix seconds) are partial. The builder is empty afterwards.
  Columns finish(const Bucketing& bucketing, const Granularity& granularity, bool skip_blanks,
                 const std::function<std::string_view(std::size_t column)>& name, std::optional<std::int64_t> now = {});

 private:
  void widen(std::size_t columns);
  std::vector<std::uint64_t> marked() const;

  std::vector<std::int64_t> buckets_;
  std::vector<ColumnBuilder> columns_;
};

}  // namespace trifle::stats::detail
