#include "series/aggregates.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>

namespace trifle::stats::detail {
namespace {

// Two doubles at once, as every 64-bit processor has them. Several of these, independent of each other, are added
// faster than one sum of which each step waits for the one before.
using Pair [[gnu::vector_size(16)]] = double;
constexpr std::size_t kPairs = 4;
constexpr std::size_t kBlock = 2 * kPairs;

Pair load_pair(const double* from) noexcept {
  Pair pair;
  std::memcpy(&pair, from, sizeof pair);
  return pair;
}

RealSum sum_of(std::span<const double> reals) noexcept {
  std::array<Pair, kPairs> sums{};
  std::array<Pair, kPairs> lost{};
  std::size_t i = 0;
  for (; i + kBlock <= reals.size(); i += kBlock) {
    for (std::size_t pair = 0; pair < kPairs; ++pair) {  // as RealSum::add
      const Pair real = load_pair(&reals[i + 2 * pair]);
      const Pair next = sums[pair] + real;
      const Pair taken = next - sums[pair];
      lost[pair] += (sums[pair] - (next - taken)) + (real - taken);
      sums[pair] = next;
    }
  }
  RealSum sum;
  for (; i < reals.size(); ++i) sum.add(reals[i]);
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    for (int half = 0; half < 2; ++half) sum.add(RealSum{sums[pair][half], lost[pair][half]});
  }
  return sum;
}

WideInteger sum_of(std::span<const std::int64_t> integers) noexcept {
  WideInteger sum = 0;
  for (const std::int64_t integer : integers) sum += integer;
  return sum;
}

// The slots that belong to the rows.
RowSpan slots_of(const Column& column, RowSpan rows) noexcept {
  if (!column.sparse()) return {std::min(rows.first, column.slots()), std::min(rows.last, column.slots())};
  const auto index = [&](std::size_t row) {
    const auto at = std::lower_bound(column.rows().begin(), column.rows().end(), row);
    return static_cast<std::size_t>(at - column.rows().begin());
  };
  return {index(rows.first), index(rows.last)};
}

template <class T>
std::span<const T> part(std::span<const T> cells, RowSpan slots) noexcept {
  return cells.subspan(slots.first, slots.size());
}

// Calls `each(first, last)` for runs of slots that hold a number.
template <class Each>
void for_each_run(const Column& column, RowSpan slots, Each&& each) noexcept {
  if (column.sparse() || column.present().empty()) {
    if (slots.first < slots.last) each(slots.first, slots.last);
    return;
  }
  const auto present = column.present();
  std::size_t at = slots.first;
  while (at < slots.last) {
    const std::uint64_t ahead = present[at / 64] >> (at % 64);
    if (ahead == 0) {
      at = (at / 64 + 1) * 64;
      continue;
    }
    at += static_cast<std::size_t>(std::countr_zero(ahead));
    if (at >= slots.last) return;
    std::size_t end = at;
    for (;;) {
      const std::size_t room = 64 - end % 64;
      const auto run = static_cast<std::size_t>(std::countr_one(present[end / 64] >> (end % 64)));
      end += std::min(run, room);
      if (run < room || end >= slots.last) break;
    }
    each(at, std::min(end, slots.last));
    at = end;
  }
}

// The most extreme cell of all runs; `before(a, b)` where a is more so.
template <class T, class Before>
std::optional<T> extreme(const Column& column, std::span<const T> cells, RowSpan slots, Before before) noexcept {
  constexpr std::size_t kLanes = 8;
  std::optional<T> found;
  for_each_run(column, slots, [&](std::size_t first, std::size_t last) {
    std::array<T, kLanes> lanes;
    lanes.fill(found ? *found : cells[first]);
    std::size_t i = first;
    for (; i + kLanes <= last; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const T cell = cells[i + lane];
        lanes[lane] = before(cell, lanes[lane]) ? cell : lanes[lane];
      }
    }
    for (; i < last; ++i) lanes[0] = before(cells[i], lanes[0]) ? cells[i] : lanes[0];
    found = *std::min_element(lanes.begin(), lanes.end(), before);
  });
  return found;
}

template <class Before>
std::optional<Number> extreme_number(const Column& column, RowSpan slots, Before before) noexcept {
  switch (column.kind()) {
    case Column::Kind::Integers:
      if (const auto found = extreme(column, column.integers(), slots, before)) return *found;
      return std::nullopt;
    case Column::Kind::Reals:
      if (const auto found = extreme(column, column.reals(), slots, before)) return number_of(*found);
      return std::nullopt;
    case Column::Kind::Mixed:
      break;
  }
  std::optional<Number> found;
  for_each_run(column, slots, [&](std::size_t first, std::size_t last) {
    for (std::size_t slot = first; slot < last; ++slot) {
      const Number number = column.number(slot);
      if (!found || before(number, *found)) found = number;
    }
  });
  return found;
}

// Sum or mean of numbers whose sum passes what a double holds, at least on the way: of a small part of each.
std::optional<Number> scaled(const Column& column, RowSpan rows, bool mean) noexcept {
  constexpr int kBits = 64;
  const RowSpan slots = slots_of(column, rows);
  RealSum sum;
  for (std::size_t slot = slots.first; slot < slots.last; ++slot)
    sum.add(std::ldexp(column.number(slot).to_double(), -kBits));
  const double divisor = mean ? static_cast<double>(count_in(column, rows)) : 1;
  return number_of(std::ldexp((sum.sum + sum.lost) / divisor, kBits));
}

}  // namespace

std::size_t count_in(const Column& column, RowSpan rows) noexcept {
  const RowSpan slots = slots_of(column, rows);
  if (column.sparse() || column.present().empty()) return slots.size();
  std::size_t count = 0;
  for_each_run(column, slots, [&](std::size_t first, std::size_t last) { count += last - first; });
  return count;
}

Total total_in(const Column& column, RowSpan rows) noexcept {
  const RowSpan slots = slots_of(column, rows);  // an empty slot is zero
  Total total;
  switch (column.kind()) {
    case Column::Kind::Integers:
      total.add(sum_of(part(column.integers(), slots)));
      break;
    case Column::Kind::Reals:
      total.add(sum_of(part(column.reals(), slots)));
      break;
    case Column::Kind::Mixed:
      for (std::size_t slot = slots.first; slot < slots.last; ++slot) total.add(column.number(slot));
      break;
  }
  return total;
}

std::optional<Number> aggregate_in(const Column& column, RowSpan rows, Aggregator by) noexcept {
  switch (by) {
    case Aggregator::Min:
      return extreme_number(column, slots_of(column, rows), std::less<>());
    case Aggregator::Max:
      return extreme_number(column, slots_of(column, rows), std::greater<>());
    case Aggregator::Count:
      return Number(static_cast<std::int64_t>(count_in(column, rows)));
    case Aggregator::Sum:
    case Aggregator::Mean:
      break;
  }
  const std::size_t count = count_in(column, rows);
  if (count == 0) return std::nullopt;
  const bool mean = by == Aggregator::Mean;
  const Total total = total_in(column, rows);
  if (auto value = mean ? total.mean(count) : total.value()) return value;
  return scaled(column, rows, mean);
}

}  // namespace trifle::stats::detail
