#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "buffer/merge.hpp"
#include "buffer/spin_lock.hpp"

namespace trifle::stats::detail {

/// What one thread tracks, until it is flushed. Any thread may use any shard, under its lock; that each has its own
/// only makes the lock cheap.
struct alignas(64) Shard {
  explicit Shard(const Merge::Config& config) : merge(config) {}

  SpinLock lock;
  std::uint32_t countdown = 1;   ///< operations until the buffer is told how many there are
  std::uint32_t unreported = 1;  ///< what the countdown began with
  std::uint64_t growth = 0;      ///< of the merge, when its size was last reported
  Merge merge;
  std::size_t reported_entries = 0;
  std::size_t reported_bytes = 0;

  std::atomic<bool> owned{true};       ///< by a living thread; otherwise the next new thread takes it
  std::atomic<bool> abandoned{false};  ///< its buffer is gone
};

}  // namespace trifle::stats::detail
