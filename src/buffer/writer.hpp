#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>

#include <trifle/stats/error.hpp>
#include <trifle/stats/health.hpp>

#include "buffer/backoff.hpp"
#include "buffer/flush_record.hpp"
#include "buffer/gate.hpp"
#include "buffer/notices.hpp"
#include "buffer/outgoing.hpp"
#include "buffer/turn.hpp"

namespace trifle::stats::detail {

/// Writes what is outgoing, part after part, with pauses after failures.
///
/// Any thread may use it; one at a time writes, for as long as that takes: whose turn it is. The turn is taken before
/// any lock. Callbacks are called with no lock and without the turn.
class Writer {
 public:
  using Time = Outgoing::Time;

  struct Config {
    std::string backend;
    std::function<Time()> now;
    std::function<void(Time)> sleep_until;
    std::function<double()> jitter;
  };

  enum class Wrote {
    All,
    Failed,  ///< not all; after a pause it may be tried again
    Late,    ///< not all by the deadline, which is looked at between parts, or before the end came
  };

  /// How long `write_until` goes on after a failure.
  enum class Patience {
    Deadline,       ///< until the deadline, whatever it was
    WhereItMayHelp  ///< as long as the failure is one that passes: a lock, a lost connection
  };

  Writer(Config config, Listeners listeners, Outgoing& outgoing, const Gate& gate);

  std::optional<Time> next_due() const { return outgoing_.due_at(next_attempt()); }
  Time next_attempt() const noexcept { return Time(Time::duration(next_attempt_.load(std::memory_order_relaxed))); }

  /// Does what is due.
  void write_due();
  /// The same, where nobody else does it already.
  void write_if_due();
  /// Writes all there is, pauses or not; but not before the server said that it may. What its caller will be thrown is
  /// told nobody else.
  Wrote flush(Time until, std::exception_ptr& failure) noexcept;
  /// The same again and again.
  void write_until(Time end, Patience patience) noexcept;

  /// Hands what is left to on_drop.
  void give_up() noexcept;
  /// Lets the driver go: nothing will be written any more.
  void release(Time until);

  /// Whether the calling thread is in one of the above.
  bool is_this_thread() const noexcept;

  void tell(const Error& error) noexcept;
  void tell(const Dropped& dropped) noexcept { listeners_.tell(dropped); }

  FlushRecord& record() noexcept { return record_; }
  const FlushRecord& record() const noexcept { return record_; }

 private:
  bool due() const;
  bool passed(Time deadline) const { return config_.now() >= deadline; }
  void write_due(Notices& notices);
  void write_again_and_again(Time end, Patience patience);
  template <class Stop>
  Wrote write_all(Notices& notices, Stop&& stop);
  bool must_wait(Time now, Notices& notices) const;
  bool pause(Time now, const Failure& failure);
  void deliver(const Notices& notices) noexcept;

  const Config config_;
  const Listeners listeners_;
  Outgoing& outgoing_;
  const Gate& gate_;

  std::atomic<Time::rep> next_attempt_{0};

  Turn turn_;
  // Of whoever has the turn:
  Backoff backoff_;
  Time not_before_{};  // the server asked for it

  FlushRecord record_;
};

}  // namespace trifle::stats::detail
