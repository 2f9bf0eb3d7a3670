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
    if (row == next_ && row != room_end_) {
      if (integers_ != nullptr) {
        if (number.is_integer()) {
          integers_[next_++] = *number.to_int64();
          return;
        }
      } else if (!number.is_integer()) {
        reals_[next_++] = number.to_double();
        return;
      }
    }
    add_anywhere(row, number);
  }

  bool empty() const noexcept { return column_.count_ == 0; }

  /// The first row whose sum was not finite; it holds what it held before that.
  const std::optional<std::size_t>& infinite() const noexcept { return infinite_; }

  /// Counts what was appended and sorts what came out of order, which may show an infinite sum; call before `infinite`
  /// is asked for the last time.
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
  void put(std::size_t row, Number number);
  void make_room();
  void leave_room();
  void combine(std::size_t slot, std::size_t row, Number number);
  void store(std::size_t slot, Number number);  ///< slot <= slots()
  void fit_kind(Number number);
  void reserve_one();
  void append_gap(std::size_t rows);
  void to_sparse();
  void to_dense(std::size_t rows);

  // Room for appending without a look at the column, while it is complete: its slots from `next_` to `room_end_` are
  // there already, but not counted. Without room both are 0.
  std::size_t next_ = 0;
  std::size_t room_end_ = 0;
  std::int64_t* integers_ = nullptr;  ///< the slots, or null where they are `reals_`
  double* reals_ = nullptr;

  Column column_;
  std::size_t total_;
  std::size_t last_row_ = 0;  ///< the largest so far
  bool sorted_ = true;
  std::optional<std::size_t> infinite_;
};

}  // namespace trifle::stats::detail
