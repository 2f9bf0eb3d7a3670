#include "buffer/expansion.hpp"

#include <algorithm>
#include <tuple>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {

bool Merge::Expansion::Sums::apply(const Slot& slot) {
  Sum& sum = sums_[slot.path];
  if (sum.row != row_) {
    sum = {slot.number, slot.is_set() ? Change::Set : Change::Increment, row_};
    touched_.push_back(slot.path);
    return true;
  }
  if (slot.is_set()) {
    sum.number = slot.number;
    sum.change = Change::Set;
    return true;
  }
  const Number together = sum.number + slot.number;
  if (!together.is_finite()) return false;
  sum.number = together;
  return true;
}

std::string_view Merge::Expansion::Kept::view(RowsBuilder& builder, std::uint64_t batch, std::size_t id,
                                              std::string_view text) {
  if (views_.size() <= id) views_.resize(id + 1);
  View& view = views_[id];
  if (view.batch != batch) view = {builder.keep(text), batch};
  return view.text;
}

Rows Merge::Expansion::expand(const Merge& merge, std::size_t entries, std::vector<DroppedRow>* infinite) {
  ++batch_;
  left_out_ = infinite;
  infinite_.clear();
  sums_.reserve(merge.paths_.paths());
  counts_.resize(std::max(counts_.size(), merge.keys_.size() + 1));
  parts_.resize(entries);

  RowsBuilder builder(merge.config_.layout);
  builder.reserve(entries * merge.config_.granularities.size() * 2);
  const auto width = merge.config_.granularities.size();
  for (std::size_t g = 0; g < width; ++g) {
    for (std::size_t i = 0; i < entries; ++i) {
      const auto id = merge.first_ + i;
      const CellEntry& entry = merge.entries_[id];
      parts_[i] = {merge.floors_[id * width + g], entry.key, entry.step, static_cast<std::uint32_t>(id)};
    }
    std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
      return std::tie(a.bucket, a.key, a.step, a.entry) < std::tie(b.bucket, b.key, b.step, b.entry);
    });
    add_rows(merge, builder.keep(merge.config_.granularities[g].to_string()), builder);
  }

  if (!infinite_.empty()) {
    const auto& first = infinite_.front();
    const auto message = first.reason + " in the " + first.granularity + " bucket of \"" + first.key + "\"";
    throw StorageError(message, {.operation = "track", .rows = std::move(infinite_)});
  }
  return builder.finish(merge.operations(entries));
}

/// The rows of one granularity, of the sorted parts.
void Merge::Expansion::add_rows(const Merge& merge, std::string_view granularity, RowsBuilder& builder) {
  std::size_t next = 0;
  while (next < parts_.size()) {
    const auto bucket = parts_[next].bucket;
    while (next < parts_.size() && parts_[next].bucket == bucket) {
      const auto key = parts_[next].key;
      sums_.start();
      for (; next < parts_.size() && parts_[next].bucket == bucket && parts_[next].key == key; ++next) {
        const CellEntry& entry = merge.entries_[parts_[next].entry];
        for (const Slot& slot : entry.slots) {
          if (!sums_.apply(slot)) name_infinite(merge, key, granularity, bucket, slot);
        }
        count(key + 1, entry.tracked);
        count(kUntrackedKey, entry.untracked);
      }
      const auto name = [&](std::uint32_t path) {
        return path_names_.view(builder, batch_, path, merge.paths_.path_at(path).stored);
      };
      const auto [increments, sets] = sums_.fields(name);
      builder.add(key_names_.view(builder, batch_, key, merge.keys_[key].name.view()), granularity, bucket, increments,
                  sets);
    }
    add_system_row(merge, granularity, bucket, builder);
  }
}

void Merge::Expansion::count(std::uint32_t who, std::uint64_t operations) {
  if (operations == 0) return;
  if (counts_[who] == 0) counted_.push_back(who);
  counts_[who] += static_cast<std::int64_t>(operations);
}

void Merge::Expansion::add_system_row(const Merge& merge, std::string_view granularity, std::int64_t bucket,
                                      RowsBuilder& builder) {
  system_fields_.assign(1, {});
  std::int64_t total = 0;
  for (const auto who : counted_) {
    total += counts_[who];
    if (merge.config_.system_tracking) {
      joined_ = "keys.";
      joined_ += who == kUntrackedKey ? kUntracked : std::string_view(merge.stored_keys_[who - 1]);
      system_fields_.push_back({system_names_.view(builder, batch_, who, joined_), counts_[who]});
    }
    counts_[who] = 0;
  }
  counted_.clear();
  if (!merge.config_.system_tracking) return;
  system_fields_.front() = {builder.keep("count"), total};
  builder.add(builder.keep(kSystemKey), granularity, bucket, system_fields_, {});
}

void Merge::Expansion::name_infinite(const Merge& merge, std::uint32_t key, std::string_view granularity,
                                     std::int64_t bucket, const Slot& slot) {
  const auto path = slot.path;
  if (left_out_ != nullptr) {
    left_out_->push_back({.key = std::string(merge.keys_[key].name.view()),
                          .granularity = std::string(granularity),
                          .at = Instant::from_unix(bucket),
                          .increments = {{std::string(merge.paths_.path_at(path).stored), slot.number}},
                          .sets = {}});
    return;
  }
  infinite_.push_back({.key = std::string(merge.keys_[key].name.view()),
                       .granularity = std::string(granularity),
                       .at = Instant::from_unix(bucket),
                       .outcome = Outcome::NotApplied,
                       .retry_is_safe = false,
                       .reason = "the sum of " + std::string(merge.paths_.path_at(path).stored) + " becomes infinite"});
}

Rows Merge::rows() {
  if (!expansion_) expansion_ = std::make_unique<Expansion>();
  return expansion_->expand(*this, entries(), nullptr);
}

Rows Merge::rows(std::size_t entries, std::vector<DroppedRow>& infinite) {
  if (!expansion_) expansion_ = std::make_unique<Expansion>();
  return expansion_->expand(*this, entries, &infinite);
}

Merge::Merge(Merge&&) noexcept = default;
Merge& Merge::operator=(Merge&&) noexcept = default;
Merge::~Merge() = default;

}  // namespace trifle::stats::detail
