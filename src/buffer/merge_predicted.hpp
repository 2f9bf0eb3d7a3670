#pragma once

// The inline part of merge.hpp: what nearly every call of track does, and nothing else.

#include "buffer/merge.hpp"

namespace trifle::stats::detail {

/// Whether the values, all of them numbers and without maps around them, are the slots' increments.
[[gnu::always_inline]] inline bool Merge::predicted_flat(std::span<const Entry> values, const Slot* slot) const {
  for (const Entry& value : values) {
    if (slot->node == kNone) return false;
    const auto& node = paths_.node_at(slot->node);
    if (value.is_map() || !node.is(kNone, value.name())) return false;
    if (!addable(slot->number, value.number())) return false;
    ++slot;
  }
  return true;
}

[[gnu::always_inline]] inline bool Merge::add_predicted(Change change, std::string_view name, std::int64_t at,
                                                        std::span<const Entry> values, bool untracked) {
  if ((hot_.version != growth_ || !same_text(hot_.name, name)) && !warm(name)) return false;
  if (at < hot_.start || at >= hot_.end) return false;
  if (hot_.epochs->load(std::memory_order_relaxed) != hot_.epoch) return false;

  Slot* const slots = hot_.slots;
  const auto size = values.size();
  if (size - 1 >= hot_.joint) return false;  // an empty payload too
  CellEntry& entry = *hot_.entry;
  if (change == Change::Increment && predicted_flat(values, slots)) {
    for (std::size_t i = 0; i < size; ++i) slots[i].number += values[i].number();
  } else {
    Key& key = *hot_.key;
    if (change == Change::Set && key.step_entries != 1) return false;
    if (predicted(values, kNone, slots, slots + hot_.joint, change) == nullptr) return false;
    if (change == Change::Set) {
      if (config_.epochs) {
        if (key.epochs->fetch_add(1, std::memory_order_relaxed) != key.epoch) return false;
        hot_.epoch = ++key.epoch;
      }
      key.step_has_sets = entry.has_sets = has_sets_ = true;
    }
    apply(values, slots, change, order_of(change, key.epoch));
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
  const auto add_at = [&](auto&& slot_of) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (!addable(slot_of(i).number, numbers[i])) return false;
    for (std::size_t i = 0; i < numbers.size(); ++i) slot_of(i).number += numbers[i];
    return true;
  };
  const bool added = known.in_order ? add_at([&](std::size_t i) -> Slot& { return slots[i]; })
                                    : add_at([&](std::size_t i) -> Slot& { return slots[known.slots[i]]; });
  if (!added) return false;
  ++known.hot.entry->tracked;
  ++operations_;
  return true;
}

}  // namespace trifle::stats::detail
