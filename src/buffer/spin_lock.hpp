#pragma once

#include <atomic>
#include <thread>

namespace trifle::stats::detail {

/// A lock that nearly always one thread takes: half of what a std::mutex costs then. Who meets another waits by giving
/// its turn away, so the holder must do little.
class SpinLock {
 public:
  void lock() noexcept {
    while (locked_.exchange(true, std::memory_order_acquire)) wait();
  }
  void unlock() noexcept { locked_.store(false, std::memory_order_release); }

 private:
  [[gnu::noinline]] void wait() const noexcept {
    for (int spins = 0; locked_.load(std::memory_order_relaxed); ++spins)
      if (spins >= 64) std::this_thread::yield();
  }

  std::atomic<bool> locked_{false};
};

}  // namespace trifle::stats::detail
