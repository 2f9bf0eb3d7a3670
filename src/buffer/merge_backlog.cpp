// What the flush does with merges: adding one to another, taking from the front, handing over contents.

#include <algorithm>
#include <tuple>

#include "buffer/merge.hpp"

namespace trifle::stats::detail {

std::size_t Merge::slot_bytes(const CellEntry& entry) const noexcept {
  return entry.slots.size() * (sizeof(Slot) + (entry.index.empty() ? 0 : 2 * sizeof(std::uint64_t)));
}

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
    row.key = keys_[entry.key].name;
    row.at = Instant::from_unix(entry.start);
    for (const Slot& slot : entry.slots) {
      (slot.change == Change::Set ? row.sets : row.increments)
          .push_back({std::string(paths_.path_at(slot.path).stored), slot.number});
    }
  }
  return rows;
}

void Merge::absorb(std::span<Merge* const> others) {
  const bool any_sets = std::any_of(others.begin(), others.end(), [](const Merge* from) { return from->has_sets_; });
  if (!any_sets || others.size() == 1) {
    for (const Merge* from : others) {
      for (auto id = from->first_; id < from->used_; ++id) absorb_entry(*from, static_cast<std::uint32_t>(id));
    }
    return;
  }
  struct Part {
    std::uint64_t base;
    bool has_sets;
    const Merge* from;
    std::uint32_t entry;
  };
  std::vector<Part> parts;
  for (const Merge* from : others) {
    for (auto id = from->first_; id < from->used_; ++id) {
      const CellEntry& entry = from->entries_[id];
      parts.push_back({entry.base, entry.has_sets, from, static_cast<std::uint32_t>(id)});
    }
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return std::tie(a.base, a.has_sets) < std::tie(b.base, b.has_sets);
  });
  for (const Part& part : parts) absorb_entry(*part.from, part.entry);
}

void Merge::absorb_entry(const Merge& from, std::uint32_t from_id) {
  const CellEntry& taken = from.entries_[from_id];
  const auto change = taken.has_sets ? Change::Set : Change::Increment;
  const auto key_id = key_of(from.keys_[taken.key].name);

  leaves_.clear();
  for (const Slot& slot : taken.slots)
    leaves_.push_back({paths_.path(from.paths_.path_at(slot.path).stored), kNone, kNone, slot.number});

  auto entry_id = find_entry(key_id, taken.start, change);
  if (entry_id != kNone) {
    // A sum that is infinite only together is not for this place to refuse: apart, both stay.
    const CellEntry& entry = entries_[entry_id];
    for (std::size_t i = 0; i < leaves_.size() && entry_id != kNone; ++i) {
      Leaf& leaf = leaves_[i];
      leaf.slot = find_slot(entry_id, leaf.path);
      if (leaf.slot == kNone || taken.slots[i].change == Change::Set) continue;
      leaf.number += entry.slots[leaf.slot].number;
      if (leaf.number.is_finite()) continue;
      start_step(keys_[key_id], 0);
      entry_id = kNone;
    }
    if (entry_id == kNone) {
      for (std::size_t i = 0; i < leaves_.size(); ++i) {
        leaves_[i].slot = kNone;
        leaves_[i].number = taken.slots[i].number;
      }
    }
  }
  if (entry_id == kNone) {
    const auto width = config_.granularities.size();
    entry_id = make_entry(key_id, {taken.start, taken.end, std::span(from.floors_).subspan(from_id * width, width)}, change);
    entries_[entry_id].joint = 0;
    entries_[entry_id].slots.reserve(taken.slots.size());
  }

  CellEntry& entry = entries_[entry_id];
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    const Leaf& leaf = leaves_[i];
    if (leaf.slot == kNone) {
      add_slot(entry, {leaf.path, kNone, taken.slots[i].change, leaf.number});
      continue;
    }
    Slot& slot = entry.slots[leaf.slot];
    slot.number = leaf.number;
    if (taken.slots[i].change == Change::Set) slot.change = Change::Set;
  }
  Key& key = keys_[key_id];
  key.last = entry_id;
  if (change == Change::Set) key.step_has_sets = entry.has_sets = has_sets_ = true;
  entry.tracked += taken.tracked;
  entry.untracked += taken.untracked;
  operations_ += taken.tracked + taken.untracked;
}

void Merge::forget(std::size_t entries) {
  if (entries == this->entries()) {
    clear();
    return;
  }
  const auto end = first_ + entries;
  for (auto id = first_; id < end; ++id) {
    CellEntry& entry = entries_[id];
    operations_ -= entry.tracked + entry.untracked;
    bytes_ -= entry_bytes() + slot_bytes(entry);
    entry.serial = 0;
    Key& key = keys_[entry.key];
    if (key.last == id) key.last = kNone;
    if (entry.step == key.step && --key.step_entries == 0) start_step(key, key.base);
  }
  first_ = end;
  if (first_ > used_ - first_ && first_ > 1024) compact();
}

/// Moves the entries to the front, so that what is forgotten makes room.
void Merge::compact() {
  const auto width = config_.granularities.size();
  const auto count = used_ - first_;
  std::move(entries_.begin() + static_cast<std::ptrdiff_t>(first_), entries_.begin() + static_cast<std::ptrdiff_t>(used_),
            entries_.begin());
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
