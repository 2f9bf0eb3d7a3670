// What the flush does with merges: adding one to another, taking from the front, handing over contents.

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "buffer/merge.hpp"

namespace trifle::stats::detail {

std::size_t Merge::prefix(std::size_t slots) const {
  std::size_t count = 0;
  std::size_t sum = 0;
  for (auto id = first_; id < used_; ++id, ++count) {
    sum += entries_[id].slots.size();
    if (count > 0 && sum > slots) break;
  }
  return count;
}

std::size_t Merge::operations(std::size_t entries) const {
  std::size_t sum = 0;
  for (auto id = first_; id < first_ + entries; ++id) sum += entries_[id].tracked + entries_[id].untracked;
  return sum;
}

std::vector<DroppedRow> Merge::contents(std::size_t entries) const {
  std::vector<DroppedRow> rows;
  rows.reserve(entries);
  for (auto id = first_; id < first_ + entries; ++id) {
    const CellEntry& entry = entries_[id];
    auto& row = rows.emplace_back();
    row.key = keys_[entry.key].name.view();
    row.at = Instant::from_unix(entry.start);
    for (const Slot& slot : entry.slots) {
      (slot.is_set() ? row.sets : row.increments)
          .push_back({std::string(paths_.path_at(slot.path).stored), slot.number});
    }
  }
  return rows;
}

void Merge::absorb(std::span<Merge* const> others) {
  ++growth_;
  // Increments commute. Where a key was set, the changes of all threads are sorted, path by path.
  std::unordered_set<std::string_view> set_keys;
  for (const Merge* from : others) {
    if (others.size() == 1 || !from->has_sets_) continue;
    for (auto id = from->first_; id < from->used_; ++id) {
      const CellEntry& entry = from->entries_[id];
      if (entry.has_sets) set_keys.insert(from->keys_[entry.key].name.view());
    }
  }

  struct Part {
    std::uint64_t order;
    const Merge* from;
    std::uint32_t entry;
    std::uint32_t first;
    std::uint32_t last;
  };
  std::vector<Part> parts;
  for (const Merge* from : others) {
    for (auto i = from->first_; i < from->used_; ++i) {
      const auto id = static_cast<std::uint32_t>(i);
      const auto& slots = from->entries_[id].slots;
      if (set_keys.empty() || !set_keys.contains(from->keys_[from->entries_[id].key].name.view())) {
        absorb(*from, id, 0, slots.size(), true);
        continue;
      }
      for (std::uint32_t first = 0; first < slots.size();) {
        auto last = first + 1;
        while (last < slots.size() && slots[last].order == slots[first].order) ++last;
        parts.push_back({slots[first].order, from, id, first, last});
        first = last;
      }
    }
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.order < b.order; });
  for (const Part& part : parts) absorb(*part.from, part.entry, part.first, part.last, part.first == 0);
}

/// Adds some numbers of another merge's entry, and the calls that it counted.
void Merge::absorb(const Merge& from, std::uint32_t from_id, std::size_t first, std::size_t last, bool counted) {
  const CellEntry& taken = from.entries_[from_id];
  const std::span<const Slot> slots(taken.slots.data() + first, last - first);
  const bool any_sets = std::any_of(slots.begin(), slots.end(), [](const Slot& slot) { return slot.is_set(); });
  const auto change = any_sets ? Change::Set : Change::Increment;
  const auto key_id = key_of(from.keys_[taken.key].name.view());

  leaves_.clear();
  for (const Slot& slot : slots)
    leaves_.push_back({paths_.path(from.paths_.path_at(slot.path).stored), kNone, kNone, slot.number});

  auto entry_id = find_entry(key_id, taken.start, change);
  for (std::size_t i = 0; i < slots.size() && entry_id != kNone; ++i) {
    Leaf& leaf = leaves_[i];
    leaf.slot = find_slot(entry_id, leaf.path);
    if (leaf.slot == kNone || slots[i].is_set()) continue;
    leaf.number += entries_[entry_id].slots[leaf.slot].number;
    if (leaf.number.is_finite()) continue;
    // Infinite only together: that isn't for this place to refuse. Apart, both stay.
    start_step(keys_[key_id]);
    entry_id = kNone;
    for (std::size_t j = 0; j <= i; ++j) leaves_[j] = {leaves_[j].path, kNone, kNone, slots[j].number};
  }
  if (entry_id == kNone) {
    const auto width = config_.granularities.size();
    const auto floors = std::span(from.floors_).subspan(from_id * width, width);
    entry_id = make_entry(key_id, {taken.start, taken.end, floors}, change);
    entries_[entry_id].joint = 0;
    entries_[entry_id].slots.reserve(slots.size());
  }

  CellEntry& entry = entries_[entry_id];
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Leaf& leaf = leaves_[i];
    if (leaf.slot == kNone) {
      add_slot(entry, {leaf.path, kNone, slots[i].order, leaf.number});
      continue;
    }
    entry.slots[leaf.slot].number = leaf.number;
    if (slots[i].is_set()) entry.slots[leaf.slot].order = slots[i].order;
  }
  Key& key = keys_[key_id];
  key.last = entry_id;
  if (any_sets) key.step_has_sets = entry.has_sets = has_sets_ = true;
  if (!counted) return;
  entry.tracked += taken.tracked;
  entry.untracked += taken.untracked;
  operations_ += taken.tracked + taken.untracked;
}

void Merge::forget(std::size_t entries) {
  if (entries == this->entries()) {
    clear();
    return;
  }
  ++growth_;
  const auto end = first_ + entries;
  for (auto id = first_; id < end; ++id) {
    CellEntry& entry = entries_[id];
    operations_ -= entry.tracked + entry.untracked;
    bytes_ -= entry_bytes() + slot_bytes(entry.slots.size());
    entry.serial = 0;
    Key& key = keys_[entry.key];
    if (key.last == id) key.last = kNone;
    if (entry.step == key.step && --key.step_entries == 0) start_step(key);
  }
  first_ = end;
  if (first_ > used_ - first_ && first_ > 1024) compact();
}

/// Moves the entries to the front, so that what is forgotten makes room.
void Merge::compact() {
  const auto width = config_.granularities.size();
  const auto count = used_ - first_;
  std::move(entries_.begin() + static_cast<std::ptrdiff_t>(first_),
            entries_.begin() + static_cast<std::ptrdiff_t>(used_), entries_.begin());
  std::copy(floors_.begin() + static_cast<std::ptrdiff_t>(first_ * width),
            floors_.begin() + static_cast<std::ptrdiff_t>(used_ * width), floors_.begin());
  entries_.resize(count);
  floors_.resize(count * width);
  entry_index_.clear();
  for (std::uint32_t id = 0; id < count; ++id) {
    const CellEntry& entry = entries_[id];
    if (config_.fold) entry_index_.insert(entry_hash(entry.key, entry.step, entry.start), id);
  }
  for (Key& key : keys_)
    if (key.batch == batch_ && key.last != kNone) key.last -= static_cast<std::uint32_t>(first_);
  used_ = count;
  first_ = 0;
}

}  // namespace trifle::stats::detail
