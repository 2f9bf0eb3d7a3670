#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace trifle::stats::detail {

/// A thread that works when it is woken, and when its work asks to be called again; otherwise it sleeps. It starts with
/// the first `wake`.
class FlushThread {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Does what is due and says when something will be; none: when woken.
  using Work = std::function<std::optional<Time>()>;

  explicit FlushThread(Work work) : work_(std::move(work)) {}
  FlushThread(const FlushThread&) = delete;
  FlushThread& operator=(const FlushThread&) = delete;
  ~FlushThread() { join(); }

  /// Throws std::system_error where no thread can be made; then nothing will be worked on.
  void wake();

  /// No work begins after this.
  void stop();

  /// True once the last work has ended, false at the deadline; `stop` first.
  bool ended_by(Time deadline);

  /// After `stop`; on the thread itself it only lets it go.
  void join();

  bool is_this_thread() const;

 private:
  void run();

  const Work work_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopped_ = false;
  bool running_ = false;
  std::thread thread_;
};

}  // namespace trifle::stats::detail
