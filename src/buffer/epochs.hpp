#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace trifle::stats::detail {

/// Tells how sets of several threads are ordered, which increments needn't be.
///
/// Each key has a counter, shared with other keys of the same stripe. A set takes the next epoch; an increment looks at
/// the present one. So a set that happens before another change of the key has an epoch that is smaller than, or in an
/// increment's case the same as, the other's; and one that happens after an increment has a larger one. That another
/// key's sets move the counter too costs a step now and then and changes nothing.
class Epochs {
 public:
  using Counter = std::atomic<std::uint64_t>;

  Counter& of(std::uint64_t key_hash) noexcept { return counters_[(key_hash >> 7) % counters_.size()]; }

 private:
  std::array<Counter, 4096> counters_{};
};

}  // namespace trifle::stats::detail
