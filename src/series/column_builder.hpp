#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <trifle/stats/number.hpp>

#include "series/column.hpp"
#include "series/row_selection.hpp"

namespace trifle::stats::detail {

/// Makes one Column from numbers that come mostly in row order, summing what a row is given more than once. It holds
/// what it has so far dense or sparse as fits, so its memory stays within a small factor of the finished column's.
class ColumnBuilder {
 public:
  /// `total` rows has the series.
  explicit ColumnBuilder(std::size_t total) noexcept : total_(total) {}

  void add(std::size_t row, Number number) {
    // The ordinary case: every row before this one has the path, and the numbers are of one kind.
    if (row == column_.count_ && complete()) {
      if (column_.kind_ == Column::Kind::Integers && number.is_integer() && row < column_.integers_.capacity()) {
        column_.integers_.push_back(*number.to_int64());
        ++column_.count_;
        return;
      }
      if (column_.kind_ == Column::Kind::Reals && !number.is_integer() && row < column_.reals_.capacity()) {
        column_.reals_.push_back(number.to_double());
        ++column_.count_;
        return;
      }
    }
    add_anywhere(row, number);
  }

  bool empty() const noexcept { return column_.count_ == 0; }

  /// The first row whose sum was not finite; it holds what it held before that.
  const std::optional<std::size_t>& infinite() const noexcept { return infinite_; }

  /// Sorts what came out of order, which may show an infinite sum; call before `infinite` is asked for the last time.
  void settle();

  /// Sets a bit for each row that holds a number. After `settle`.
  void mark(std::span<std::uint64_t> rows) const;

  /// The column of all rows, or of those that are kept, which every row with a number is. After `settle`.
  Column finish(std::string name);
  Column finish(std::string name, const RowSelection& kept);

 private:
  bool complete() const noexcept { return !column_.sparse_ && column_.present_.empty(); }
  bool present(std::size_t slot) const noexcept {
    return column_.present_.empty() || Column::bit(column_.present_, slot);
  }

  void add_anywhere(std::size_t row, Number number);
  void combine(std::size_t slot, std::size_t row, Number number);
  void store(std::size_t slot, Number number);  ///< slot <= slots()
  void fit_kind(Number number);
  void reserve_one();
  void append_gap(std::size_t rows);
  void to_sparse();
  void to_dense(std::size_t rows);

  Column column_;
  std::size_t total_;
  std::size_t last_row_ = 0;  ///< the largest so far
  bool sorted_ = true;
  std::optional<std::size_t> infinite_;
};

}  // namespace trifle::stats::detail
