#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <trifle/stats/dropped.hpp>
#include <trifle/stats/health.hpp>
#include <trifle/stats/options.hpp>

#include "buffer/backoff.hpp"
#include "buffer/flush_thread.hpp"
#include "buffer/gate.hpp"
#include "buffer/notices.hpp"
#include "buffer/outgoing.hpp"
#include "buffer/writer.hpp"

namespace trifle::stats::detail {

/// Decides when what is outgoing is written, and by which thread: its own, or that of who tracks, flushes or closes.
class Flusher {
 public:
  using Time = Outgoing::Time;

  /// Where one thread plays all, it may play the clock too: only what waits for another thread waits in real time.
  struct Timing {
    std::function<Time()> now = [] { return std::chrono::steady_clock::now(); };
    std::function<void(Time)> sleep_until = [](Time until) { std::this_thread::sleep_until(until); };
    std::function<double()> jitter = Backoff::random_jitter();
    bool thread = true;  ///< false: `tick` is called from outside
  };

  struct Config {
    BufferOptions options;
    std::string backend;
    bool in_callers_thread;
    Timing timing;
  };

  /// Whoever has it destroys it before anything that `outgoing` uses.
  Flusher(Config config, Listeners listeners, Outgoing& outgoing, const Gate& gate);
  Flusher(const Flusher&) = delete;
  Flusher& operator=(const Flusher&) = delete;
  ~Flusher();

  /// Something was added: writes what is due, or wakes the thread where that `has_work` now.
  void was_added(bool has_work);
  /// For a newcomer that wasn't added: true where there is room now, or so it seems, false where it goes to on_drop.
  /// Throws as Stats::track.
  bool wait_for_room(std::optional<Time>& deadline);
  void drop_newcomer(std::vector<DroppedRow> rows);

  /// Does what is due, and says when something will be.
  std::optional<Time> tick();

  /// Writes everything that was accepted before. Throws what went wrong, TimeoutError at the deadline; what was not
  /// written stays queued.
  void flush(std::chrono::nanoseconds deadline);

  /// Once no more is accepted: writes until the deadline. May be called again.
  CloseReport close(std::chrono::nanoseconds deadline, Writer::Patience patience);

  /// Hands what is left to on_drop.
  void give_up() noexcept;

  void add_to(Health& health) const;

 private:
  void wake();
  Time from_now(std::chrono::nanoseconds deadline) const;
  bool have_done(const std::function<void()>& work, Time deadline);
  void check_open() const;

  const Config config_;
  Outgoing& outgoing_;
  const Gate& gate_;
  Writer writer_;
  std::atomic<std::uint64_t> dropped_full_{0};
  std::atomic<bool> no_thread_{false};  // none could be made when it was wanted

  FlushThread thread_;  // last: it uses all of the above
};

}  // namespace trifle::stats::detail
