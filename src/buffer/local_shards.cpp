#include "buffer/local_shards.hpp"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

namespace trifle::stats::detail {

class LocalShards::Kept {
 public:
  ~Kept() {
    ended_ = true;
    last_ = {};
    for (const auto& [serial, shard] : shards) shard->owned.store(false, std::memory_order_release);
  }

  std::vector<std::pair<std::uint64_t, std::shared_ptr<Shard>>> shards;
};

std::uint64_t LocalShards::new_serial() noexcept {
  static std::atomic<std::uint64_t> serials{0};
  return ++serials;
}

LocalShards::Kept& LocalShards::kept() {
  thread_local Kept kept;
  return kept;
}

Shard* LocalShards::find_slowly(std::uint64_t serial) noexcept {
  if (ended_) return nullptr;
  for (const auto& [known, shard] : kept().shards) {
    if (known != serial) continue;
    last_ = {serial, shard.get()};
    return shard.get();
  }
  return nullptr;
}

bool LocalShards::keep(std::uint64_t serial, std::shared_ptr<Shard> shard) {
  if (ended_) return false;
  auto& shards = kept().shards;
  std::erase_if(shards, [](const auto& known) { return known.second->abandoned.load(std::memory_order_relaxed); });
  last_ = {serial, shard.get()};
  shards.emplace_back(serial, std::move(shard));
  return true;
}

}  // namespace trifle::stats::detail
