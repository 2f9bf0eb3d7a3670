#pragma once

#include <cstdint>
#include <memory>

#include "buffer/shard.hpp"

namespace trifle::stats::detail {

/// The calling thread's shards, one for each buffer that it has used. Buffers are told apart by serial numbers that are
/// never used again.
class LocalShards {
 public:
  static std::uint64_t new_serial() noexcept;

  /// Null where the thread has none yet.
  static Shard* find(std::uint64_t serial) noexcept {
    return last_.serial == serial ? last_.shard : find_slowly(serial);
  }

  /// Keeps it until the thread ends, and then marks it free. False where the thread is about to end: then use a shard
  /// that is everybody's.
  static bool keep(std::uint64_t serial, std::shared_ptr<Shard> shard);

 private:
  struct Last {
    std::uint64_t serial;
    Shard* shard;
  };
  class Kept;
  static Kept& kept();
  static Shard* find_slowly(std::uint64_t serial) noexcept;

  static inline constinit thread_local Last last_{};
  static inline constinit thread_local bool ended_ = false;
};

}  // namespace trifle::stats::detail
