#include "series/expression/result_column.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace trifle::stats::detail {
namespace {

constexpr std::size_t kWordBits = 64;

std::uint64_t first_bits(std::size_t count) noexcept {
  return count == kWordBits ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

bool all_present(const double* reals, std::size_t rows) noexcept {
  std::uint64_t absent = 0;
  for (std::size_t row = 0; row < rows; ++row)
    absent |= std::bit_cast<std::uint64_t>(std::isnan(reals[row]) ? 1.0 : 0.0);
  return absent == 0;
}

std::uint64_t present_bits(const double* reals, std::size_t rows) noexcept {
  if (all_present(reals, rows)) return first_bits(rows);
  std::uint64_t bits = 0;
  for (std::size_t row = 0; row < rows; ++row) bits |= std::uint64_t{std::isnan(reals[row]) ? 0U : 1U} << row;
  return bits;
}

double or_zero(double real) noexcept { return std::isnan(real) ? 0 : real; }

bool is_integer(double real) noexcept {
  return std::abs(real) <= 0x1p53 && static_cast<double>(static_cast<std::int64_t>(real)) == real;
}

bool all_integers(const double* reals, std::size_t rows) noexcept {
  return std::all_of(reals, reals + rows, [](double real) { return std::isnan(real) || is_integer(real); });
}

// A dense column's slots of these rows only.
template <class Cell>
std::vector<Cell> gathered(const std::vector<Cell>& cells, const std::vector<std::uint32_t>& rows) {
  std::vector<Cell> kept;
  kept.reserve(rows.size());
  for (const std::uint32_t row : rows) kept.push_back(cells[row]);
  return kept;
}

}  // namespace

ResultColumn::ResultColumn(std::size_t total) : total_(total), present_((total + kWordBits - 1) / kWordBits) {}

void ResultColumn::add(const Lane& lane, std::size_t rows) {
  if (exact_ || !lane.fits_reals()) {
    add_numbers(lane, rows);
  } else if (lane.is_reals()) {
    add_reals(lane.reals(), rows);
  } else {
    add_one(lane.one().to_double(), rows);
  }
  next_ += rows;
}

void ResultColumn::add_reals(const double* reals, std::size_t rows) {
  const std::size_t before = count_;
  for (std::size_t row = 0; row < rows; row += kWordBits) {
    const std::uint64_t bits = present_bits(reals + row, std::min(kWordBits, rows - row));
    present_[(next_ + row) / kWordBits] = bits;
    count_ += static_cast<std::size_t>(std::popcount(bits));
  }
  if (only_integers_ && !all_integers(reals, rows)) use_reals();
  if (only_integers_) {
    integers_.reserve(total_);
    for (std::size_t row = 0; row < rows; ++row) integers_.push_back(static_cast<std::int64_t>(or_zero(reals[row])));
  } else {
    reals_.insert(reals_.end(), reals, reals + rows);
    if (count_ == before + rows) return;
    const auto added = reals_.begin() + static_cast<std::ptrdiff_t>(next_);
    std::transform(added, reals_.end(), added, or_zero);
  }
}

void ResultColumn::add_one(double real, std::size_t rows) {
  const std::vector<double> same(rows, real);
  add_reals(same.data(), rows);
}

void ResultColumn::use_reals() {
  only_integers_ = false;
  reals_.reserve(total_);
  reals_.assign(integers_.begin(), integers_.end());
  integers_ = {};
}

void ResultColumn::add_numbers(const Lane& lane, std::size_t rows) {
  if (!exact_) {
    exact_.emplace(total_);
    for (std::size_t row = 0; row < next_; ++row)
      if (Column::bit(present_, row)) exact_->add(row, only_integers_ ? Number(integers_[row]) : Number(reals_[row]));
  }
  for (std::size_t row = 0; row < rows; ++row)
    if (const Number number = lane.at(row); !is_absent(number)) exact_->add(next_ + row, number);
}

// Dense where at least half of the rows have a number, as a ColumnBuilder decides.
Column ResultColumn::finish(std::string name) {
  if (exact_) {
    exact_->settle();
    return exact_->finish(std::move(name));
  }
  Column column;
  column.name_ = std::move(name);
  column.count_ = count_;
  column.kind_ = only_integers_ ? Column::Kind::Integers : Column::Kind::Reals;
  if (2 * count_ >= total_) {
    column.integers_ = std::move(integers_);
    column.reals_ = std::move(reals_);
    if (count_ < total_) column.present_ = std::move(present_);
    return column;
  }
  column.sparse_ = true;
  column.rows_.reserve(count_);
  for (std::size_t row = 0; row < total_; ++row)
    if (Column::bit(present_, row)) column.rows_.push_back(static_cast<std::uint32_t>(row));
  if (only_integers_)
    column.integers_ = gathered(integers_, column.rows_);
  else
    column.reals_ = gathered(reals_, column.rows_);
  return column;
}

}  // namespace trifle::stats::detail
