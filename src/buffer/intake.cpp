#include "buffer/intake.hpp"

#include <algorithm>
#include <utility>

namespace trifle::stats::detail {

// The writer is told of operations in chunks: a shared counter for each call would be what threads fight for.
Intake::Intake(Config config, Gate& gate)
    : config_(std::move(config)),
      chunk_(static_cast<std::uint32_t>(std::clamp<std::size_t>(config_.options.size / 8, 1, 32))),
      gate_(gate) {
  shards_.push_back(make_shard());
}

Intake::~Intake() {
  for (const auto& shard : shards_) {
    shard->abandoned.store(true, std::memory_order_relaxed);
    shard->merge = Merge(Merge::Config(config_.merge));
  }
}

std::shared_ptr<Shard> Intake::new_shard() {
  auto shard = make_shard();
  const std::lock_guard lock(registry_);
  shards_.push_back(shard);
  return shard;
}

Shard& Intake::local_shard() {
  if (!config_.options.aggregate) return *shards_.front();
  Shard* const shard = LocalShards::find(serial_);
  return shard != nullptr ? *shard : make_local_shard();
}

Shard& Intake::make_local_shard() {
  std::shared_ptr<Shard> taken;
  {
    const std::lock_guard lock(registry_);
    for (std::size_t i = 1; i < shards_.size() && !taken; ++i) {
      bool owned = false;
      if (shards_[i]->owned.compare_exchange_strong(owned, true, std::memory_order_acquire)) taken = shards_[i];
    }
  }
  if (!taken) taken = new_shard();
  Shard& shard = *taken;
  if (LocalShards::keep(serial_, taken)) return shard;
  shard.owned.store(false, std::memory_order_release);
  return *shards_.front();
}

/// The shard's merge became larger: true where there is reason to write now.
bool Intake::grow(Shard& shard) {
  const Merge& merge = shard.merge;
  const bool was_half_full = half_full();
  shard.growth = merge.growth();
  const auto entries = merge.entries();
  const auto bytes = merge.bytes();
  const auto more_entries = entries - std::exchange(shard.reported_entries, entries);
  const auto more_bytes = bytes - std::exchange(shard.reported_bytes, bytes);
  const auto all_entries = held_entries_.fetch_add(more_entries, std::memory_order_relaxed) + more_entries;
  const auto all_bytes = held_bytes_.fetch_add(more_bytes, std::memory_order_relaxed) + more_bytes;
  if (all_entries < config_.options.max_entries && all_bytes < config_.options.max_bytes)
    return !was_half_full && half_full();
  gate_.set(Gate::Full);
  return true;
}

/// Counts the shard's newest operations with everybody's: true where the writer must be woken.
bool Intake::report(Shard& shard) {
  const auto size = config_.options.size;
  const std::size_t count = shard.unreported;
  const auto total = pending_.fetch_add(count, std::memory_order_relaxed) + count;
  const auto until_due = total < size ? size - total : size;
  shard.countdown = shard.unreported = static_cast<std::uint32_t>(std::min<std::size_t>(chunk_, until_due));
  const bool first = total == count;
  if (first) first_at_.store(config_.now().time_since_epoch().count(), std::memory_order_relaxed);
  return first || (total >= size && total - count < size);
}

Intake::Taken Intake::take_locked() {
  Taken taken;
  while (spares_.size() < shards_.size()) spares_.push_back(std::make_unique<Merge>(config_.merge));
  taken.merges.reserve(shards_.size());
  for (const auto& shard : shards_) shard->lock.lock();
  for (const auto& shard : shards_) {
    shard->countdown = shard->unreported = 1;
    if (shard->merge.operations() == 0) continue;
    taken.entries += std::exchange(shard->reported_entries, 0);
    taken.bytes += std::exchange(shard->reported_bytes, 0);
    std::swap(shard->merge, *spares_.back());
    taken.operations += spares_.back()->operations();
    taken.merges.push_back(std::move(spares_.back()));
    spares_.pop_back();
    shard->growth = shard->merge.growth();
  }
  taken.oldest = first_at();
  pending_.store(0, std::memory_order_relaxed);
  for (const auto& shard : shards_) shard->lock.unlock();
  return taken;
}

void Intake::give_back(std::vector<std::unique_ptr<Merge>> merges) {
  const std::lock_guard lock(registry_);
  for (auto& merge : merges) spares_.push_back(std::move(merge));
}

void Intake::held(std::ptrdiff_t entries, std::ptrdiff_t bytes) {
  const auto more_entries = static_cast<std::size_t>(entries);  // a negative one wraps around, and back
  const auto more_bytes = static_cast<std::size_t>(bytes);
  const auto all_entries = held_entries_.fetch_add(more_entries, std::memory_order_relaxed) + more_entries;
  const auto all_bytes = held_bytes_.fetch_add(more_bytes, std::memory_order_relaxed) + more_bytes;
  if (!gate_.has(Gate::Full) || all_entries >= config_.options.max_entries || all_bytes >= config_.options.max_bytes)
    return;
  {
    const std::lock_guard lock(room_mutex_);
    gate_.clear(Gate::Full);
  }
  room_.notify_all();
}

void Intake::wait_for_room(Time until) {
  std::unique_lock lock(room_mutex_);
  room_.wait_until(lock, until, [&] { return !gate_.has(Gate::Full) || gate_.has(Gate::Closed); });
}

void Intake::close() {
  {
    const std::lock_guard lock(room_mutex_);
    gate_.set(Gate::Closed);
  }
  room_.notify_all();
}

}  // namespace trifle::stats::detail
