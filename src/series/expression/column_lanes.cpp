#include "series/expression/column_lanes.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

namespace trifle::stats::detail {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kWordBits = 64;
static_assert(kLaneRows % kWordBits == 0);

// False where one is beyond what doubles hold exactly.
bool widen(const std::int64_t* integers, std::size_t rows, double* out) noexcept {
  std::uint64_t wide = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto shifted = static_cast<std::uint64_t>(integers[row]) + static_cast<std::uint64_t>(kExactInDouble);
    wide |= shifted > 2 * static_cast<std::uint64_t>(kExactInDouble) ? 1 : 0;
    out[row] = static_cast<double>(integers[row]);
  }
  return wide == 0;
}

// The same for integers of at most 51 bits, vectorised: added to the bits of 1.5 * 2^52, an integer is in the last
// places of that double.
bool widen_short(const std::int64_t* integers, std::size_t rows, double* out) noexcept {
  constexpr double kBase = 0x1.8p52;
  constexpr auto kBits = std::bit_cast<std::uint64_t>(kBase);
  std::uint64_t beyond = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto integer = static_cast<std::uint64_t>(integers[row]);
    beyond |= (integer + (std::uint64_t{1} << 51)) >> 52;
    out[row] = std::bit_cast<double>(integer + kBits) - kBase;
  }
  return beyond == 0;
}

// Not std::copy: memcpy reads the last bytes first and waits for the memory, three times as long as this takes in all.
// The sum is there so that it stays a loop; -0 becomes 0.
void copy(const double* reals, std::size_t rows, double* __restrict out) noexcept {
  for (std::size_t row = 0; row < rows; ++row) out[row] = reals[row] + 0.0;
}

// Makes a NaN of each number whose bit isn't set.
void blank(const std::uint64_t* present, std::size_t rows, double* out) noexcept {
  for (std::size_t first = 0; first < rows; first += kWordBits) {
    std::uint64_t absent = ~*present++;
    if (rows - first < kWordBits) absent &= (std::uint64_t{1} << (rows - first)) - 1;
    for (; absent != 0; absent &= absent - 1) out[first + static_cast<std::size_t>(std::countr_zero(absent))] = kNone;
  }
}

}  // namespace

Lane ColumnLanes::next(std::size_t first, std::size_t rows) {
  if (column_ == nullptr || column_->count() == 0) return Lane(kAbsent);
  return column_->sparse() ? sparse(first, rows) : dense(first, rows);
}

Lane ColumnLanes::dense(std::size_t first, std::size_t rows) {
  const bool complete = column_->present().empty();
  if (column_->kind() == Column::Kind::Reals && complete) return Lane(column_->reals().data() + first);
  if (column_->kind() == Column::Kind::Mixed)
    return room_.fill(rows, [&](std::size_t row) { return column_->value(first + row).value_or(kAbsent); });

  double* const out = room_.reals();
  if (column_->kind() == Column::Kind::Reals) {
    copy(column_->reals().data() + first, rows, out);
  } else if (const auto* const integers = column_->integers().data() + first;
             !widen_short(integers, rows, out) && !widen(integers, rows, out)) {
    return room_.fill(rows, [&](std::size_t row) { return column_->value(first + row).value_or(kAbsent); });
  }
  if (!complete) blank(column_->present().data() + first / kWordBits, rows, out);
  return Lane(out);
}

Lane ColumnLanes::sparse(std::size_t first, std::size_t rows) {
  const auto places = column_->rows();
  if (slot_ == places.size() || places[slot_] >= first + rows) return Lane(kAbsent);
  return room_.fill(rows, [&](std::size_t row) {
    if (slot_ == places.size() || places[slot_] != first + row) return kAbsent;
    return column_->number(slot_++);
  });
}

}  // namespace trifle::stats::detail
