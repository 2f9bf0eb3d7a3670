#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace trifle::stats::detail {

/// A thread that works when it is woken, and when its work asks to be called again; otherwise it sleeps. It starts when
/// it is first needed.
class FlushThread {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Does what is due and says when something will be; none: when woken.
  using Work = std::function<std::optional<Time>()>;

  explicit FlushThread(Work work) : work_(std::move(work)) {}
  FlushThread(const FlushThread&) = delete;
  FlushThread& operator=(const FlushThread&) = delete;
  ~FlushThread() { join(); }

  /// Throws std::system_error where no thread can be made; then nothing will be worked on. So does `call`.
  void wake();

  /// Has the thread do something, and waits for it until the deadline. False where that came first, or `stop` did: then
  /// it may still be under way, or was never begun. `errand` must not throw.
  bool call(std::function<void()> errand, Time deadline);

  /// No work begins after this.
  void stop();

  /// True once the last work has ended, false at the deadline; `stop` first.
  bool ended_by(Time deadline);

  /// After `stop`; on the thread itself it only lets it go.
  void join();

  bool is_this_thread() const;

 private:
  struct Errand {
    std::function<void()> work;
    bool begun = false;
    bool done = false;
  };

  void start();
  void run();

  const Work work_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Errand>> errands_;
  bool woken_ = false;
  bool stopped_ = false;
  bool running_ = false;
  std::thread thread_;
};

}  // namespace trifle::stats::detail
