#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace trifle::stats::detail {

/// Whose turn it is to write: one thread's at a time, and the others may stop waiting for theirs.
class Turn {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void take() {
    std::unique_lock lock(mutex_);
    free_.wait(lock, [&] { return !taken_; });
    taken_ = true;
  }
  [[nodiscard]] bool take_until(Time deadline) {
    std::unique_lock lock(mutex_);
    if (!free_.wait_until(lock, deadline, [&] { return !taken_; })) return false;
    return taken_ = true;
  }
  [[nodiscard]] bool try_take() {
    const std::lock_guard lock(mutex_);
    return taken_ ? false : (taken_ = true);
  }
  void give_back() {
    {
      const std::lock_guard lock(mutex_);
      taken_ = false;
    }
    free_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable free_;
  bool taken_ = false;
};

/// Gives the turn back when its scope ends.
class TurnGuard {
 public:
  explicit TurnGuard(Turn& taken) : turn_(taken) {}
  TurnGuard(const TurnGuard&) = delete;
  TurnGuard& operator=(const TurnGuard&) = delete;
  ~TurnGuard() { turn_.give_back(); }

 private:
  Turn& turn_;
};

}  // namespace trifle::stats::detail
