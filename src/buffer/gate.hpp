#pragma once

#include <atomic>
#include <cstdint>

namespace trifle::stats::detail {

/// Why a newcomer may have to stop, in one word that `track` looks at: usually nothing.
class Gate {
 public:
  enum Reason : std::uint32_t { Full = 1, Closed = 2, Forked = 4 };

  bool open() const noexcept { return reasons_.load(std::memory_order_relaxed) == 0; }
  bool has(Reason reason) const noexcept { return (reasons_.load(std::memory_order_relaxed) & reason) != 0; }
  void set(Reason reason) noexcept { reasons_.fetch_or(reason, std::memory_order_relaxed); }
  void clear(Reason reason) noexcept { reasons_.fetch_and(~std::uint32_t{reason}, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> reasons_{0};
};

}  // namespace trifle::stats::detail
