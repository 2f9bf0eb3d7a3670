#include "series/column_builder.hpp"

#include <algorithm>
#include <numeric>
#include <type_traits>
#include <utility>

#include "series/large_pages.hpp"

namespace trifle::stats::detail {
namespace {

// Dense while at least a quarter of the rows have the path, sparse until half of them do: apart, so that a column
// doesn't go to and fro. Short columns stay dense.
constexpr std::size_t kShort = 64;
bool too_thin(std::size_t count, std::size_t rows) { return rows > 4 * count + kShort; }
bool thick_enough(std::size_t count, std::size_t rows) { return 2 * count >= rows; }

std::size_t words(std::size_t bits) { return (bits + 63) / 64; }
void set_bit(std::vector<std::uint64_t>& bits, std::size_t index) {
  bits[index / 64] |= std::uint64_t{1} << (index % 64);
}
void clear_bit(std::vector<std::uint64_t>& bits, std::size_t index) {
  bits[index / 64] &= ~(std::uint64_t{1} << (index % 64));
}

bool exact_in_double(std::int64_t integer) { return integer >= -kExactInDouble && integer <= kExactInDouble; }

// An integral double that an integer can stand for becomes one, as everywhere where numbers are read or written.
Number normal(Number number) {
  if (number.is_integer()) return number;
  if (const auto integer = number.to_int64(); integer && exact_in_double(*integer)) return *integer;
  return number;
}

}  // namespace

void ColumnBuilder::add_anywhere(std::size_t row, Number number) {
  leave_room();
  put(row, normal(number));
  if (complete()) make_room();
}

// A little at a time, so that it is still in the cache when it is written to.
void ColumnBuilder::make_room() {
  constexpr std::size_t kRoom = 512;
  const std::size_t slots = column_.slots();
  const std::size_t end = std::min(slots + kRoom, total_);
  if (slots < kShort || slots == end || column_.kind_ == Column::Kind::Mixed) return;
  const auto widen = [&](auto& cells) {
    if (cells.capacity() < end) {
      // Memory that isn't touched costs nothing, a copy does: soon all that can be needed.
      const std::size_t more = std::max(end, 4 * cells.capacity());
      std::remove_reference_t<decltype(cells)> grown;
      grown.reserve(more > total_ / 4 ? total_ : more);
      prefer_large_pages(grown.data(), grown.capacity() * sizeof(cells[0]));
      grown.assign(cells.begin(), cells.end());
      cells = std::move(grown);
    }
    cells.resize(end);
    return cells.data();
  };
  integers_ = column_.kind_ == Column::Kind::Integers ? widen(column_.integers_) : nullptr;
  reals_ = column_.kind_ == Column::Kind::Reals ? widen(column_.reals_) : nullptr;
  next_ = slots;
  room_end_ = end;
}

void ColumnBuilder::leave_room() {
  if (room_end_ == 0) return;
  column_.count_ = next_;
  column_.kind_ == Column::Kind::Reals ? column_.reals_.resize(next_) : column_.integers_.resize(next_);
  last_row_ = next_ - 1;
  next_ = room_end_ = 0;
}

void ColumnBuilder::put(std::size_t row, Number number) {
  if (!column_.sparse_) {
    const std::size_t slots = column_.slots();
    if (row < slots) {
      if (present(row)) return combine(row, row, number);
      store(row, number);
      set_bit(column_.present_, row);
      ++column_.count_;
      return;
    }
    if (!too_thin(column_.count_ + 1, row + 1)) {
      append_gap(row - slots);
      store(row, number);
      if (!column_.present_.empty()) {
        column_.present_.resize(words(row + 1));
        set_bit(column_.present_, row);
      }
      ++column_.count_;
      last_row_ = row;
      return;
    }
    to_sparse();
  }
  auto& rows = column_.rows_;
  // Out of order, all wait for `settle`, so that each row's numbers are summed in the order in which they came.
  if (sorted_ && !rows.empty() && rows.back() == row) return combine(rows.size() - 1, row, number);
  if (!rows.empty() && row < rows.back()) sorted_ = false;
  store(rows.size(), number);
  rows.push_back(static_cast<std::uint32_t>(row));
  ++column_.count_;
  last_row_ = std::max(last_row_, row);
  if (thick_enough(rows.size(), last_row_ + 1)) to_dense(last_row_ + 1);
}

void ColumnBuilder::combine(std::size_t slot, std::size_t row, Number number) {
  const Number sum = column_.number(slot) + number;
  if (sum.is_finite()) {
    store(slot, normal(sum));
  } else if (!infinite_) {
    infinite_ = row;
  }
}

void ColumnBuilder::store(std::size_t slot, Number number) {
  fit_kind(number);
  if (slot == column_.slots()) {
    reserve_one();
    if (column_.kind_ == Column::Kind::Reals) {
      column_.reals_.push_back(0);
    } else {
      column_.integers_.push_back(0);
      if (column_.kind_ == Column::Kind::Mixed) column_.real_slots_.resize(words(slot + 1));
    }
  }
  switch (column_.kind_) {
    case Column::Kind::Integers:
      column_.integers_[slot] = *number.to_int64();
      return;
    case Column::Kind::Reals:
      column_.reals_[slot] = number.to_double();
      return;
    case Column::Kind::Mixed:
      if (number.is_integer()) {
        column_.integers_[slot] = *number.to_int64();
        clear_bit(column_.real_slots_, slot);
      } else {
        column_.integers_[slot] = std::bit_cast<std::int64_t>(number.to_double());
        set_bit(column_.real_slots_, slot);
      }
  }
}

// Changes the kind of the column, at most twice in its life, so that it can hold the number.
void ColumnBuilder::fit_kind(Number number) {
  auto& integers = column_.integers_;
  auto& reals = column_.reals_;
  if (column_.kind_ == Column::Kind::Integers && !number.is_integer()) {
    if (std::all_of(integers.begin(), integers.end(), exact_in_double)) {
      reals.reserve(integers.capacity());
      reals.assign(integers.begin(), integers.end());
      integers = {};
      column_.kind_ = Column::Kind::Reals;
    } else {
      column_.real_slots_.assign(words(integers.size()), 0);
      column_.kind_ = Column::Kind::Mixed;
    }
  } else if (column_.kind_ == Column::Kind::Reals && number.is_integer() && !exact_in_double(*number.to_int64())) {
    column_.real_slots_.assign(words(reals.size()), 0);
    integers.reserve(reals.capacity());
    for (std::size_t slot = 0; slot < reals.size(); ++slot) {
      const Number value = Column::of_real(reals[slot]);
      integers.push_back(value.is_integer() ? *value.to_int64() : std::bit_cast<std::int64_t>(value.to_double()));
      if (!value.is_integer()) set_bit(column_.real_slots_, slot);
    }
    reals = {};
    column_.kind_ = Column::Kind::Mixed;
  }
}

// Room for one more: four times as much, for a copy costs more than memory that isn't touched, but never more than a
// dense column needs.
void ColumnBuilder::reserve_one() {
  const auto grow = [this](auto& cells) {
    if (cells.size() < cells.capacity()) return;
    if (column_.sparse_) {
      cells.reserve(std::max<std::size_t>(8, 2 * cells.size()));
    } else {
      cells.reserve(std::max(cells.size() + 1, std::min(total_, std::max<std::size_t>(kShort, 4 * cells.size()))));
    }
  };
  column_.kind_ == Column::Kind::Reals ? grow(column_.reals_) : grow(column_.integers_);
}

void ColumnBuilder::append_gap(std::size_t rows) {
  if (rows == 0) return;
  const std::size_t before = column_.slots();
  const std::size_t after = before + rows;
  if (column_.present_.empty()) {
    column_.present_.assign(words(before), ~std::uint64_t{0});
    if (before % 64 != 0) column_.present_.back() = (std::uint64_t{1} << (before % 64)) - 1;
  }
  column_.present_.resize(words(after));
  const auto widen = [&](auto& cells) {
    if (cells.capacity() < after) cells.reserve(std::min(total_, std::max(after, 2 * cells.capacity())));
    cells.resize(after);
  };
  column_.kind_ == Column::Kind::Reals ? widen(column_.reals_) : widen(column_.integers_);
  if (column_.kind_ == Column::Kind::Mixed) column_.real_slots_.resize(words(after));
}

void ColumnBuilder::to_sparse() {
  const std::size_t slots = column_.slots();
  auto& rows = column_.rows_;
  rows.reserve(column_.count_);
  for (std::size_t slot = 0; slot < slots; ++slot)
    if (present(slot)) rows.push_back(static_cast<std::uint32_t>(slot));
  const auto gather = [&rows](auto& cells) {
    std::remove_reference_t<decltype(cells)> kept;
    kept.reserve(rows.size());
    for (const std::uint32_t row : rows) kept.push_back(cells[row]);
    cells = std::move(kept);
  };
  column_.kind_ == Column::Kind::Reals ? gather(column_.reals_) : gather(column_.integers_);
  if (column_.kind_ == Column::Kind::Mixed) {
    std::vector<std::uint64_t> real(words(rows.size()));
    for (std::size_t slot = 0; slot < rows.size(); ++slot)
      if (Column::bit(column_.real_slots_, rows[slot])) set_bit(real, slot);
    column_.real_slots_ = std::move(real);
  }
  column_.present_ = {};
  column_.sparse_ = true;
  sorted_ = true;
}

void ColumnBuilder::to_dense(std::size_t rows) {
  settle();
  Column sparse = std::exchange(column_, Column{});
  column_.kind_ = sparse.kind_;
  column_.count_ = sparse.count_;
  const auto scatter = [&](const auto& from, auto& to) {
    to.reserve(std::min(total_, std::max(rows, 2 * from.size())));
    to.resize(rows);
    for (std::size_t slot = 0; slot < from.size(); ++slot) to[sparse.rows_[slot]] = from[slot];
  };
  column_.kind_ == Column::Kind::Reals ? scatter(sparse.reals_, column_.reals_)
                                       : scatter(sparse.integers_, column_.integers_);
  if (column_.kind_ == Column::Kind::Mixed) {
    column_.real_slots_.resize(words(rows));
    for (std::size_t slot = 0; slot < sparse.rows_.size(); ++slot)
      if (Column::bit(sparse.real_slots_, slot)) set_bit(column_.real_slots_, sparse.rows_[slot]);
  }
  if (column_.count_ < rows) {
    column_.present_.resize(words(rows));
    for (const std::uint32_t row : sparse.rows_) set_bit(column_.present_, row);
  }
}

void ColumnBuilder::settle() {
  leave_room();
  if (sorted_) return;
  const Column mess = std::exchange(column_, Column{});
  std::vector<std::uint32_t> order(mess.rows_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&mess](std::uint32_t a, std::uint32_t b) { return mess.rows_[a] < mess.rows_[b]; });
  column_.sparse_ = true;
  sorted_ = true;
  for (const std::uint32_t slot : order) {
    const std::uint32_t row = mess.rows_[slot];
    if (!column_.rows_.empty() && column_.rows_.back() == row) {
      combine(column_.rows_.size() - 1, row, mess.number(slot));
      continue;
    }
    store(column_.rows_.size(), mess.number(slot));
    column_.rows_.push_back(row);
    ++column_.count_;
  }
}

void ColumnBuilder::mark(std::span<std::uint64_t> rows) const {
  if (column_.sparse_) {
    for (const std::uint32_t row : column_.rows_) rows[row / 64] |= std::uint64_t{1} << (row % 64);
    return;
  }
  const std::size_t slots = column_.slots();
  for (std::size_t word = 0; word < words(slots); ++word) {
    std::uint64_t bits = column_.present_.empty() ? ~std::uint64_t{0} : column_.present_[word];
    if (slots < (word + 1) * 64) bits &= (std::uint64_t{1} << (slots % 64)) - 1;
    rows[word] |= bits;
  }
}

Column ColumnBuilder::finish(std::string name, const RowSelection& kept) {
  if (!column_.sparse_) to_sparse();
  for (std::uint32_t& row : column_.rows_) row = static_cast<std::uint32_t>(kept.rank(row));
  total_ = kept.count();
  return finish(std::move(name));
}

Column ColumnBuilder::finish(std::string name) {
  if (thick_enough(column_.count_, total_)) {
    if (column_.sparse_) to_dense(total_);
    append_gap(total_ - column_.slots());
  } else if (!column_.sparse_) {
    to_sparse();
  }
  if (column_.sparse_) {
    column_.integers_.shrink_to_fit();
    column_.reals_.shrink_to_fit();
    column_.real_slots_.shrink_to_fit();
    column_.rows_.shrink_to_fit();
  } else if (column_.count_ == total_) {
    column_.present_ = {};
  }
  column_.name_ = std::move(name);
  return std::move(column_);
}

}  // namespace trifle::stats::detail
