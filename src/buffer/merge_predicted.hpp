#pragma once

// The inline part of merge.hpp: what nearly every call of track does, and nothing else.

#include <memory>

#include "buffer/merge.hpp"

namespace trifle::stats::detail {

/// What a call that isn't inlined takes by reference. Of a span that is a copy, so that what is inlined has it in
/// registers: from memory, where it was stored as two words, it would be loaded as one, and wait for the stores.
inline std::span<const Entry> kept_apart(std::span<const Entry> values) { return values; }
inline const Payload& kept_apart(const Payload& values) { return values; }

/// Adds `count` numbers, up to FlatShapes::kLongest, each where it fits; otherwise does nothing. One pass, which is
/// taken back where it can't be finished. What is stored is what costs: of integers nothing is but the sum.
template <class Fits, class Added, class Sum>
[[gnu::always_inline]] inline bool Merge::add_all(std::size_t count, Fits&& fits, Added&& added, Sum&& sum) {
  union Before {
    Before() {}  // not all of them are needed: made where they are
    Number numbers[FlatShapes::kLongest];
  } before;
  std::uint32_t doubles = 0;  // a bit for each sum that only what it was before brings back
  std::size_t i = 0;
  for (; i < count; ++i) {
    if (!fits(i)) break;
    Number& number = sum(i);
    if (number.add_integer(added(i))) continue;
    const Number together = number + added(i);
    if (!together.is_finite()) break;
    std::construct_at(&before.numbers[i], number);
    doubles |= std::uint32_t{1} << i;
    number = together;
  }
  if (i == count) [[likely]]
    return true;
  while (i-- > 0) {
    if ((doubles >> i & 1) != 0) {
      sum(i) = before.numbers[i];
    } else {
      sum(i).subtract_integer(added(i));
    }
  }
  return false;
}

/// Adds the values to the slots, where they have these names and no maps; otherwise does nothing.
[[gnu::always_inline]] inline bool Merge::add_flat(std::span<const Entry> values, const FlatShapes::Names* names,
                                                   Slot* slots) {
  if (names == nullptr || names->size() != values.size()) return false;
  const FlatShapes::Name* const name = names->data();
  return add_all(
      values.size(), [&](std::size_t i) { return name[i].is(values[i].name()) && !values[i].is_map(); },
      [&](std::size_t i) { return values[i].number(); }, [&](std::size_t i) -> Number& { return slots[i].number; });
}

[[gnu::always_inline]] inline bool Merge::add_predicted(Change change, std::string_view name, std::int64_t at,
                                                        std::span<const Entry> values, bool untracked) {
  if ((hot_.version != growth_ || !same_text(hot_.name, name)) && !warm(name)) return false;
  if (at < hot_.start || at >= hot_.end) return false;
  if (hot_.epochs->load(std::memory_order_relaxed) != hot_.epoch) return false;
  if (values.empty()) return false;
  CellEntry& entry = *hot_.entry;
  if (change != Change::Increment || !add_flat(values, hot_.names, hot_.slots)) {
    if (!change_predicted(change, values)) return false;
  }
  ++(untracked ? entry.untracked : entry.tracked);
  ++operations_;
  return true;
}

[[gnu::always_inline]] inline bool Merge::add_recorded(std::size_t recorder, std::int64_t at,
                                                       std::span<const Number> numbers) {
  if (recorder >= recorded_.size()) return false;
  Recorded& known = recorded_[recorder];
  if ((known.hot.version != growth_ || known.hot.epoch != known.hot.epochs->load(std::memory_order_relaxed)) &&
      !warm(known)) {
    return false;
  }
  if (at < known.hot.start || at >= known.hot.end) return false;
  if (known.hot.epochs->load(std::memory_order_relaxed) != known.hot.epoch) return false;
  Slot* const slots = known.hot.slots;
  const auto add_to = [&](auto&& sum) __attribute__((always_inline)) {
    if (numbers.size() > FlatShapes::kLongest) {
      for (std::size_t i = 0; i < numbers.size(); ++i)
        if (!addable(sum(i), numbers[i])) return false;
      for (std::size_t i = 0; i < numbers.size(); ++i) sum(i) += numbers[i];
      return true;
    }
    return add_all(
        numbers.size(), [](std::size_t) { return true; }, [&](std::size_t i) { return numbers[i]; }, sum);
  };
  const bool added = known.in_order ? add_to([&](std::size_t i) -> Number& { return slots[i].number; })
                                    : add_to([&](std::size_t i) -> Number& { return slots[known.slots[i]].number; });
  if (!added) return false;
  ++known.hot.entry->tracked;
  ++operations_;
  return true;
}

}  // namespace trifle::stats::detail
