// The fast way into a merge: most payloads have the names, the order and the cell of the one before on the same key.
// First everything is compared, then everything is added; what doesn't fit goes the long way.

#include "buffer/merge.hpp"

namespace trifle::stats::detail {
namespace {

inline bool addable(Number sum, Number number) {
  return (sum.is_integer() && number.is_integer()) || (sum + number).is_finite();
}

}  // namespace

/// The slot after those that the values name, one after the other; null where one doesn't fit.
const Merge::Slot* Merge::predicted(std::span<const Entry> values, std::uint32_t parent, const Slot* slot,
                                    const Slot* end, Change change) const {
  for (const Entry& value : values) {
    if (slot == end || slot->node == kNone) return nullptr;
    const auto* node = &paths_.node_at(slot->node);
    if (!value.is_map()) {
      if (node->parent != parent || !same_text(node->name, value.name())) return nullptr;
      const bool fine =
          change == Change::Increment ? addable(slot->number, value.number()) : value.number().is_finite();
      if (!fine) return nullptr;
      ++slot;
      continue;
    }
    std::uint32_t map = slot->node;
    while (node->parent != parent) {
      map = node->parent;
      if (map == kNone) return nullptr;
      node = &paths_.node_at(map);
    }
    if (map == slot->node || value.map().empty() || !same_text(node->name, value.name())) return nullptr;
    slot = predicted(value.map(), map, slot, end, change);
    if (slot == nullptr) return nullptr;
  }
  return slot;
}

Merge::Slot* Merge::apply(std::span<const Entry> values, Slot* slot, Change change, std::uint64_t order) {
  for (const Entry& value : values) {
    if (value.is_map()) {
      slot = apply(value.map(), slot, change, order);
      continue;
    }
    if (change == Change::Increment) {
      slot->number += value.number();
    } else {
      slot->number = value.number();
      slot->order = order;
    }
    ++slot;
  }
  return slot;
}

bool Merge::add_predicted(Change change, std::string_view name, std::int64_t at, std::span<const Entry> values,
                          bool untracked) {
  if (last_key_ == kNone || !same_text(keys_[last_key_].name, name)) {
    const auto found = find_key(name, text_hash(name));
    if (found == kNone || keys_[found].batch != batch_) return false;
    last_key_ = found;
  }
  Key& key = keys_[last_key_];
  if (key.last == kNone || !config_.fold) return false;
  CellEntry& entry = entries_[key.last];
  if (at < entry.start || at >= entry.end || entry.step != key.step) return false;
  if (change == Change::Set && key.step_entries != 1) return false;
  if (key.epochs != nullptr && key.epochs->load(std::memory_order_relaxed) != key.epoch) return false;

  Slot* const slots = entry.slots.data();
  if (values.empty() || predicted(values, kNone, slots, slots + entry.joint, change) == nullptr) return false;
  if (change == Change::Set) {
    if (key.epochs != nullptr) {
      if (key.epochs->fetch_add(1, std::memory_order_relaxed) != key.epoch) return false;
      ++key.epoch;
    }
    key.step_has_sets = entry.has_sets = has_sets_ = true;
  }
  apply(values, slots, change, order_of(change, key.epoch));
  ++(untracked ? entry.untracked : entry.tracked);
  ++operations_;
  return true;
}

bool Merge::add_recorded(std::size_t recorder, std::int64_t at, std::span<const Number> numbers) {
  if (recorder >= recorded_.size()) return false;
  const Recorded& known = recorded_[recorder];
  if (known.serial == 0 || known.entry >= used_) return false;
  CellEntry& entry = entries_[known.entry];
  if (entry.serial != known.serial || at < entry.start || at >= entry.end) return false;
  Key& key = keys_[known.key];
  if (entry.step != key.step || key.batch != batch_) return false;
  if (key.epochs != nullptr && key.epochs->load(std::memory_order_relaxed) != key.epoch) return false;
  Slot* const slots = entry.slots.data();
  const auto add_at = [&](auto&& slot_of) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (!addable(slot_of(i).number, numbers[i])) return false;
    for (std::size_t i = 0; i < numbers.size(); ++i) slot_of(i).number += numbers[i];
    return true;
  };
  const bool added = known.in_order ? add_at([&](std::size_t i) -> Slot& { return slots[i]; })
                                    : add_at([&](std::size_t i) -> Slot& { return slots[known.slots[i]]; });
  if (!added) return false;
  key.last = known.entry;
  ++entry.tracked;
  ++operations_;
  return true;
}

void Merge::remember_recorder(std::size_t recorder) {
  if (!config_.fold) return;
  if (recorded_.size() <= recorder) recorded_.resize(recorder + 1);
  Recorded& known = recorded_[recorder];
  const Key& key = keys_[last_key_];
  known.serial = entries_[key.last].serial;
  known.key = last_key_;
  known.entry = key.last;
  known.in_order = true;
  known.slots.clear();
  for (const Leaf& leaf : leaves_) {
    known.slots.push_back(find_slot(key.last, leaf.path));
    known.in_order = known.in_order && known.slots.back() + 1 == known.slots.size();
  }
}

}  // namespace trifle::stats::detail
