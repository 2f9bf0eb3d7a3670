#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace trifle::stats::detail {

/// Tells how sets of several threads are ordered, which increments needn't be.
///
/// Each key has a counter, shared with other keys of the same stripe. A set takes the next epoch; an increment looks at
/// the present one. What happens before something else thereby has the smaller epoch, or the same, where only the set
/// of an epoch can be the later increment's forerunner. A foreign key's set in the same stripe looks like one more set
/// of this key, which costs a step and changes nothing.
class Epochs {
 public:
  using Counter = std::atomic<std::uint64_t>;

  Counter& of(std::uint64_t key_hash) noexcept { return counters_[(key_hash >> 7) % counters_.size()]; }

 private:
  std::array<Counter, 4096> counters_{};
};

}  // namespace trifle::stats::detail
