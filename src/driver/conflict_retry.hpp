#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>
#include <thread>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {

/// Runs a transaction again that the database chose to end for the sake of another: a deadlock, a serialization
/// failure, a row that somebody else made meanwhile. Nothing of it was applied then, so that costs time only. The waits
/// grow and are random, so that two who met don't meet again. Any thread.
class ConflictRetry {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// Gives up, with the last error, once `limit` has passed.
  explicit ConflictRetry(Duration limit) noexcept : limit_(limit) {}

  /// `is_conflict(const Error&)` tells which failures may be tried again.
  template <class Work, class IsConflict>
  void run(Work&& work, IsConflict&& is_conflict) {
    const auto end = std::chrono::steady_clock::now() + limit_;
    for (int failures = 0;; ++failures) {
      try {
        work();
        return;
      } catch (const Error& error) {
        if (!is_conflict(error) || std::chrono::steady_clock::now() >= end) throw;
      }
      count_.fetch_add(1, std::memory_order_relaxed);
      std::this_thread::sleep_for(wait_after(failures));
    }
  }

  /// Runs that were tried again so far.
  std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  static std::chrono::microseconds wait_after(int failures) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int longest = std::min(500 << std::min(failures, 8), 100'000);  // microseconds: 0.5 ms, 1 ms, … 0.1 s
    return std::chrono::microseconds(std::uniform_int_distribution<int>(longest / 4, longest)(random));
  }

  const Duration limit_;
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace trifle::stats::detail
