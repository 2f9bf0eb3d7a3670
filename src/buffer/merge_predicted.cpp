// The fast way into a merge: most payloads have the names, the order and the cell of the one before on the same key.
// First everything is compared, then everything is added; what doesn't fit goes the long way. See merge_predicted.hpp
// for what is inlined of it.

#include "buffer/merge.hpp"

namespace trifle::stats::detail {
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

/// For the warm key: another payload than its first, one with maps, or a set.
bool Merge::change_predicted(Change change, std::span<const Entry> values) {
  CellEntry& entry = *hot_.entry;
  Slot* const slots = entry.slots.data();
  const Flat& other = entry.flat[1];
  if (change == Change::Increment && add_flat(values, other.names, slots + other.first)) return true;
  if (values.size() > entry.joint) return false;
  Key& key = *hot_.key;
  if (change == Change::Set && key.step_entries != 1) return false;
  if (predicted(values, kNone, slots, slots + entry.joint, change) == nullptr) return false;
  if (change == Change::Set) {
    if (config_.epochs) {
      if (key.epochs->fetch_add(1, std::memory_order_relaxed) != key.epoch) return false;
      hot_.epoch = ++key.epoch;
    }
    key.step_has_sets = entry.has_sets = has_sets_ = true;
  }
  apply(values, slots, change, order_of(change, key.epoch));
  return true;
}

/// Gathers what adding to this key needs; false where it has no entry that it could simply be added to.
bool Merge::warm(std::string_view name) {
  if (!config_.fold) return false;
  if (last_key_ == kNone || !same_text(keys_[last_key_].name.view(), name)) {
    const auto found = find_key(name, text_hash(name));
    if (found == kNone || keys_[found].batch != batch_) return false;
    last_key_ = found;
  }
  Key& key = keys_[last_key_];
  if (key.last == kNone) return false;
  CellEntry& entry = entries_[key.last];
  const Flat& flat = entry.flat[0];
  hot_ = {growth_,    key.name.view(), entry.start, entry.end, entry.slots.data() + flat.first,
          flat.names, &entry,          key.epochs,  key.epoch, &key};
  return true;
}

bool Merge::warm(Recorded& known) {
  if (known.serial == 0 || known.entry >= used_) return false;
  CellEntry& entry = entries_[known.entry];
  if (entry.serial != known.serial) return false;
  Key& key = keys_[known.key];
  if (entry.step != key.step || key.batch != batch_) return false;
  known.hot = {growth_, {}, entry.start, entry.end, entry.slots.data(), nullptr, &entry, key.epochs, key.epoch, &key};
  return true;
}

void Merge::remember_recorder(std::size_t recorder) {
  if (!config_.fold) return;
  if (recorded_.size() <= recorder) recorded_.resize(recorder + 1);
  Recorded& known = recorded_[recorder];
  const Key& key = keys_[last_key_];
  known.hot.version = 0;
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
