#include "buffer/merge.hpp"

#include <algorithm>

#include <trifle/stats/error.hpp>

#include "buffer/expansion.hpp"
#include "buffer/metric_key.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

constexpr std::size_t kIndexedSlots = 24;  // beyond, a scan of the slots is slower than an index
constinit Epochs::Counter unmoved{0};      // of merges that are alone

constexpr std::size_t kKeptEntries = 4096;  // entries whose memory is kept for it

std::uint64_t path_hash(std::uint32_t path) { return std::uint64_t{path} * 0x9E37'79B9'7F4A'7C15ULL; }

}  // namespace

std::uint64_t Merge::entry_hash(std::uint32_t key, std::uint32_t step, std::int64_t start) noexcept {
  const auto seed = (std::uint64_t{key} << 32) | step;
  return text_hash({reinterpret_cast<const char*>(&start), sizeof(start)}, seed);
}

std::size_t Merge::entry_bytes() const noexcept {
  return sizeof(CellEntry) + config_.granularities.size() * sizeof(std::int64_t) + 32;
}

std::size_t Merge::slot_bytes(std::size_t slots) noexcept {
  const auto indexed = sizeof(IdIndex) + slots * 2 * sizeof(std::uint64_t);
  return slots * sizeof(Slot) + (slots < kIndexedSlots ? 0 : indexed);
}

Merge::Merge(Config config) : config_(std::move(config)), cells_(config_.bucketing, config_.granularities) {}

void Merge::add(Change change, std::string_view key, Instant at, std::span<const Entry> values, bool untracked) {
  if (add_predicted(change, key, at.unix_seconds(), values, untracked)) return;
  add_leaves(change, key, at, untracked, [&](const CellEntry* shape) { collect(values, kNone, shape); });
}

void Merge::add(Change change, std::string_view key, Instant at, const Payload& values, bool untracked) {
  add_leaves(change, key, at, untracked, [&](const CellEntry* shape) { collect(values.items(), nullptr, shape); });
}

void Merge::add(Change change, std::string_view key, Instant at, std::span<const Payload::Item> names,
                std::span<const Number> numbers, bool untracked) {
  add_leaves(change, key, at, untracked, [&](const CellEntry* shape) { collect(names, numbers.data(), shape); });
}

template <class Collect>
void Merge::add_leaves(Change change, std::string_view key, Instant at, bool untracked, Collect&& collect_leaves) {
  ++growth_;
  const auto seconds = at.unix_seconds();
  const auto key_id = key_of(key);
  see_epoch(keys_[key_id], change);

  // Everything that may be refused comes first; the entry is made, and changed, only after it.
  auto entry_id = find_entry(key_id, seconds, change);
  const auto shape_id = keys_[key_id].last;
  leaves_.clear();
  ++stamp_;
  change_ = change;
  all_predicted_ = true;
  collect_leaves(shape_id == kNone ? nullptr : &entries_[shape_id]);
  if (leaves_.empty()) throw InvalidArgument("the payload is empty");
  if (all_predicted_ && leaves_.size() > entries_[shape_id].joint) mispredicted();
  if (!all_predicted_) check_joint();

  if (entry_id != kNone) {
    const CellEntry& entry = entries_[entry_id];
    const bool same_slots = all_predicted_ && shape_id == entry_id;
    for (std::uint32_t i = 0; i < leaves_.size(); ++i) {
      Leaf& leaf = leaves_[i];
      leaf.slot = same_slots ? i : find_slot(entry_id, leaf.path);
      if (leaf.slot == kNone || change == Change::Set) continue;
      leaf.number += entry.slots[leaf.slot].number;
      if (!leaf.number.is_finite()) refuse_number(leaf.path, leaf.number);
    }
  } else {
    entry_id = make_entry(key_id, cells_.find(seconds), change);  // may refuse the instant
  }

  CellEntry& entry = entries_[entry_id];
  const auto order = order_of(change, keys_[key_id].epoch);
  bool in_order = true;
  std::uint32_t place = 0;
  for (Leaf& leaf : leaves_) {
    in_order = in_order && (leaf.slot == kNone ? entry.slots.size() : leaf.slot) == place++;
    if (leaf.slot == kNone) {
      leaf.slot = static_cast<std::uint32_t>(entry.slots.size());
      add_slot(entry, {leaf.path, leaf.node, order, leaf.number});
      continue;
    }
    Slot& slot = entry.slots[leaf.slot];
    slot.number = leaf.number;
    if (leaf.node != kNone) slot.node = leaf.node;
    if (change == Change::Set) slot.order = order;
  }
  if (in_order && leaves_.size() > entry.joint) entry.joint = static_cast<std::uint32_t>(leaves_.size());
  if (config_.fold) remember_flat(entry);
  Key& owner = keys_[key_id];
  owner.last = entry_id;
  if (change == Change::Set) owner.step_has_sets = entry.has_sets = has_sets_ = true;
  ++(untracked ? entry.untracked : entry.tracked);
  ++operations_;
}

/// The next payload with these names needs no more than a comparison, where their slots are in a row.
void Merge::remember_flat(CellEntry& entry) {
  Flat* const place =
      std::find_if(entry.flat.begin(), entry.flat.end(), [](const Flat& flat) { return flat.names == nullptr; });
  if (place == entry.flat.end() || leaves_.size() > FlatShapes::kLongest) return;
  std::array<std::uint32_t, FlatShapes::kLongest> nodes;
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (leaves_[i].slot != leaves_[0].slot + i) return;
    nodes[i] = leaves_[i].node;
  }
  *place = {shapes_.of({nodes.data(), leaves_.size()}, paths_), leaves_[0].slot};
}

void Merge::collect(std::span<const Entry> values, std::uint32_t parent, const CellEntry* shape) {
  if (values.empty() && parent != kNone) {
    throw InvalidArgument("\"" + spelled(paths_.path_at(paths_.node_at(parent).path).stored) +
                          "\" is an empty map; a payload's leaves are numbers");
  }
  for (const Entry& value : values) {
    // The payload that came before on this key has most likely the same names at the same places.
    std::uint32_t node = kNone;
    bool predicted = false;
    if (shape != nullptr && leaves_.size() < shape->slots.size()) {
      node = shape->slots[leaves_.size()].node;
      bool leaf = true;
      while (node != kNone && paths_.node_at(node).parent != parent) {
        node = paths_.node_at(node).parent;
        leaf = false;
      }
      predicted = node != kNone && leaf != value.is_map() && same_text(paths_.node_at(node).name, value.name());
    }
    if (!predicted) {
      node = paths_.node(parent, value.name());
      mispredicted();
    }
    if (value.is_map()) {
      collect(value.map(), node, shape);
    } else {
      push_leaf(paths_.node_at(node).path, node, value.number());
    }
  }
}

/// The numbers are the items' own where none are given.
void Merge::collect(std::span<const Payload::Item> names, const Number* numbers, const CellEntry* shape) {
  for (const auto& item : names) {
    std::uint32_t path = kNone;
    if (shape != nullptr && leaves_.size() < shape->slots.size()) {
      path = shape->slots[leaves_.size()].path;
      if (!same_text(paths_.path_at(path).stored, item.path)) path = kNone;
    }
    if (path == kNone) {
      path = paths_.path(item.path);
      mispredicted();
    }
    push_leaf(path, kNone, numbers == nullptr ? item.number : *numbers++);
  }
}

/// From here on, every path that the payload names is stamped: it may name one twice.
void Merge::mispredicted() {
  if (!all_predicted_) return;
  all_predicted_ = false;
  for (const Leaf& leaf : leaves_) paths_.path_at(leaf.path).stamp = stamp_;
}

void Merge::push_leaf(std::uint32_t path, std::uint32_t node, Number number) {
  if (!number.is_finite()) refuse_number(path, number);
  if (!all_predicted_) {
    auto& stamp = paths_.path_at(path).stamp;
    if (stamp == stamp_) {
      // The same place twice in one payload: increments add up, of sets the last counts.
      const auto same =
          std::find_if(leaves_.begin(), leaves_.end(), [&](const Leaf& leaf) { return leaf.path == path; });
      same->number = change_ == Change::Set ? number : same->number + number;
      if (!same->number.is_finite()) refuse_number(path, same->number);
      return;
    }
    stamp = stamp_;
  }
  leaves_.push_back({path, node, kNone, number});
}

/// Refuses a name that is both a number and a map.
void Merge::check_joint() {
  for (const Leaf& leaf : leaves_) {
    for (auto up = paths_.path_at(leaf.path).parent; up != kNone; up = paths_.path_at(up).parent) {
      if (paths_.path_at(up).stamp != stamp_) continue;
      throw InvalidArgument("\"" + spelled(paths_.path_at(up).stored) + "\" is both a number and a map (\"" +
                            spelled(paths_.path_at(leaf.path).stored) + "\") in one payload");
    }
  }
}

void Merge::refuse_number(std::uint32_t path, Number number) const {
  const std::string name = "\"" + spelled(paths_.path_at(path).stored) + "\"";
  if (number != number) throw InvalidArgument(name + " is NaN; a payload's leaves are finite numbers");
  throw InvalidArgument(name + " is or becomes infinite; a payload's leaves are finite numbers");
}

std::uint32_t Merge::find_key(std::string_view name, std::uint64_t hash) const {
  return key_index_.find(hash, [&](std::uint32_t id) { return same_text(keys_[id].name.view(), name); });
}

std::uint32_t Merge::key_of(std::string_view name) {
  if (last_key_ != kNone && same_text(keys_[last_key_].name.view(), name)) return last_key_;
  const auto hash = text_hash(name);
  auto found = find_key(name, hash);
  if (found == kNone) {
    check_writable_key(name, config_.max_key_length);
    found = static_cast<std::uint32_t>(keys_.size());
    Key& key = keys_.emplace_back(name);
    append_stored_segment(stored_keys_.emplace_back(), name);
    key.epochs = config_.epochs ? &config_.epochs->of(hash) : &unmoved;
    key_index_.insert(hash, found);
    key_bytes_ += sizeof(Key) + 2 * name.size() + 32;
  }
  Key& key = keys_[found];
  if (key.batch != batch_) {
    key.batch = batch_;
    key.step = 0;
    key.epoch = key.epochs->load(std::memory_order_relaxed);
    start_step(key);
  }
  return last_key_ = found;
}

void Merge::start_step(Key& key) {
  ++key.step;
  key.step_entries = 0;
  key.step_has_sets = false;
  key.last = kNone;
}

/// A set takes its epoch, an increment looks for foreign ones; either ends the step where there were some.
void Merge::see_epoch(Key& key, Change change) {
  if (!config_.epochs) return;
  // Relaxed will do: that what happened before is seen, and seen in this order, holds for a single atomic anyway.
  const auto before = change == Change::Set ? key.epochs->fetch_add(1, std::memory_order_relaxed)
                                            : key.epochs->load(std::memory_order_relaxed);
  if (before != key.epoch) start_step(key);
  key.epoch = change == Change::Set ? before + 1 : before;
}

/// The entry that this change goes to, if there is one that the order allows.
std::uint32_t Merge::find_entry(std::uint32_t key_id, std::int64_t at, Change change) {
  if (!config_.fold) return kNone;
  const Key& key = keys_[key_id];
  if (key.step_entries == 0) return kNone;
  if (key.last != kNone) {
    const CellEntry& last = entries_[key.last];
    if (at >= last.start && at < last.end) {
      if (change == Change::Increment || key.step_entries == 1) return key.last;
      return kNone;
    }
  }
  if (change == Change::Set || key.step_has_sets) return kNone;  // a step with sets has one cell, and this isn't it
  const auto start = cells_.find(at).start;
  return entry_index_.find(entry_hash(key_id, key.step, start), [&](std::uint32_t id) {
    const CellEntry& entry = entries_[id];
    return id >= first_ && entry.key == key_id && entry.step == key.step && entry.start == start;
  });
}

std::uint32_t Merge::make_entry(std::uint32_t key_id, const Cell& cell, Change change) {
  Key& key = keys_[key_id];
  if (key.step_has_sets || (change == Change::Set && key.step_entries > 0) || (!config_.fold && key.step_entries > 0)) {
    start_step(key);
  }
  const auto id = static_cast<std::uint32_t>(used_);
  const auto width = config_.granularities.size();
  if (used_ == entries_.size()) {
    entries_.emplace_back();
    floors_.resize(entries_.size() * width);
  }
  CellEntry& entry = entries_[id];
  entry.key = key_id;
  entry.step = key.step;
  entry.has_sets = false;
  entry.start = cell.start;
  entry.end = cell.end;
  entry.serial = ++serial_;
  entry.tracked = entry.untracked = 0;
  entry.joint = 0;
  entry.flat = {};
  entry.slots.clear();
  if (entry.index) entry.index->clear();
  std::copy_n(cell.floors.begin(), width, floors_.begin() + static_cast<std::ptrdiff_t>(id * width));
  if (config_.fold) entry_index_.insert(entry_hash(key_id, key.step, cell.start), id);
  ++used_;
  ++key.step_entries;
  key.last = id;
  bytes_ += entry_bytes();
  return id;
}

void Merge::add_slot(CellEntry& entry, const Slot& slot) {
  const auto at = static_cast<std::uint32_t>(entry.slots.size());
  entry.slots.push_back(slot);
  bytes_ += slot_bytes(at + 1) - slot_bytes(at);
  auto& path = paths_.path_at(slot.path);
  path.entry = entry.serial;
  path.slot = at;
  if (entry.slots.size() < kIndexedSlots) return;
  if (entry.slots.size() == kIndexedSlots) {
    if (!entry.index) entry.index = std::make_unique<IdIndex>();
    for (std::uint32_t i = 0; i < entry.slots.size(); ++i) entry.index->insert(path_hash(entry.slots[i].path), i);
  } else {
    entry.index->insert(path_hash(slot.path), at);
  }
}

std::uint32_t Merge::find_slot(std::uint32_t entry_id, std::uint32_t path) {
  auto& known = paths_.path_at(path);
  const CellEntry& entry = entries_[entry_id];
  if (known.entry == entry.serial) return known.slot;
  std::uint32_t slot = kNone;
  if (entry.slots.size() < kIndexedSlots) {
    for (std::uint32_t i = 0; i < entry.slots.size(); ++i) {
      if (entry.slots[i].path == path) slot = i;
    }
  } else {
    slot = entry.index->find(path_hash(path), [&](std::uint32_t i) { return entry.slots[i].path == path; });
  }
  if (slot != kNone) {
    known.entry = entry.serial;
    known.slot = slot;
  }
  return slot;
}

void Merge::clear() {
  ++growth_;
  ++batch_;
  used_ = first_ = 0;
  entry_index_.clear();
  operations_ = 0;
  bytes_ = 0;
  last_key_ = kNone;
  has_sets_ = false;
  if (entries_.size() > kKeptEntries) {
    entries_ = std::vector<CellEntry>();
    floors_ = {};
    entry_index_ = {};
  }
  if (paths_.bytes() + shapes_.bytes() + key_bytes_ > config_.kept_name_bytes) {
    paths_.clear();
    shapes_.clear();
    keys_ = std::vector<Key>();
    stored_keys_ = {};
    key_index_ = {};
    key_bytes_ = 0;
  }
}

}  // namespace trifle::stats::detail
