#include "buffer/writer.hpp"

#include <algorithm>
#include <utility>

namespace trifle::stats::detail {
namespace {

using namespace std::chrono_literals;

bool may_pass(ErrorCode code) { return code == ErrorCode::Timeout || code == ErrorCode::Connection; }

// The thread that is writing in its caller's name must not wait for itself.
thread_local const Writer* writing_for = nullptr;
// A callback of close may close.
thread_local const Writer* closing_for = nullptr;

/// What the calling thread is at, until its scope ends.
class Busy {
 public:
  Busy(const Writer*& at, const Writer* writer) : at_(at), before_(std::exchange(at, writer)) {}
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  ~Busy() { at_ = before_; }

 private:
  const Writer*& at_;
  const Writer* before_;
};

}  // namespace

Writer::Writer(Config config, Listeners listeners, Outgoing& outgoing, const Gate& gate)
    : config_(std::move(config)),
      listeners_(std::move(listeners)),
      outgoing_(outgoing),
      gate_(gate),
      backoff_(config_.jitter) {}

bool Writer::is_this_thread() const noexcept { return writing_for == this; }

bool Writer::due() const {
  const auto next = next_due();
  return next && passed(*next);
}

void Writer::write_due() {
  if (!due()) return;
  Notices notices;
  turn_.take();
  {
    const TurnGuard guard(turn_);
    write_due(notices);
  }
  deliver(notices);
}

void Writer::write_if_due() {
  if (is_this_thread() || !due() || !turn_.try_take()) return;
  Notices notices;
  {
    const TurnGuard guard(turn_);
    write_due(notices);
  }
  deliver(notices);
}

/// With the turn.
void Writer::write_due(Notices& notices) {
  outgoing_.collect();
  if (passed(next_attempt())) write_all(notices, [&] { return gate_.has(Gate::Closed); });
}

Writer::Wrote Writer::flush(Time until, std::exception_ptr& failure) noexcept {
  auto wrote = Wrote::Late;
  try {
    if (!turn_.take_until(until)) return wrote;
    Notices notices;
    {
      const TurnGuard guard(turn_);
      outgoing_.collect();
      const auto given_up = outgoing_.counts().unknown_operations;
      wrote = write_all(notices, [&] { return gate_.has(Gate::Closed) || passed(until); });
      if (wrote == Wrote::Failed || !notices.dropped.empty() || outgoing_.counts().unknown_operations != given_up) {
        if (!notices.failures.empty()) {
          failure = notices.failures.back().thrown;
          notices.failures.pop_back();
        } else if (!notices.dropped.empty()) {
          failure = std::make_exception_ptr(
              StorageError(notices.dropped.front().error, {.operation = "flush", .backend = config_.backend}));
        }
      }
    }
    deliver(notices);
  } catch (...) {  // out of memory
    failure = std::current_exception();
  }
  return wrote;
}

void Writer::write_until(Time end, Patience patience) noexcept {
  if (closing_for == this) return;
  const Busy busy(closing_for, this);
  try {
    write_again_and_again(end, patience);
  } catch (...) {  // out of memory: what is left is kept
  }
}

void Writer::write_again_and_again(Time end, Patience patience) {
  while (turn_.take_until(end)) {
    Notices notices;
    auto wrote = Wrote::Late;
    {
      const TurnGuard guard(turn_);
      outgoing_.collect();
      wrote = write_all(notices, [&] { return passed(end); });
    }
    const bool go_on =
        wrote == Wrote::Failed && (patience == Patience::Deadline || may_pass(notices.failures.back().code));
    deliver(notices);
    if (!go_on || outgoing_.unwritten() == 0) return;
    config_.sleep_until(std::min(end, next_attempt()));
    if (passed(end)) return;
  }
}

/// With the turn: part after part, until one fails and a pause is due.
template <class Stop>
Writer::Wrote Writer::write_all(Notices& notices, Stop&& stop) {
  const Busy busy(writing_for, this);
  for (bool first = true; !outgoing_.collected_is_written(); first = false) {
    if (!first && stop()) return Wrote::Late;
    const auto start = config_.now();
    if (must_wait(start, notices)) return Wrote::Failed;
    const bool wrote = outgoing_.write_next(start, notices);
    const auto end = config_.now();
    record_.attempt(end - start);
    if (wrote) {
      backoff_.succeeded();
      next_attempt_.store(0, std::memory_order_relaxed);
    } else if (pause(end, notices.failures.back())) {
      return Wrote::Failed;
    }
  }
  return Wrote::All;
}

/// Whether the server's pause isn't over; nothing is written then, whoever asks for it.
bool Writer::must_wait(Time now, Notices& notices) const {
  const auto left = std::chrono::ceil<std::chrono::seconds>(not_before_ - now);
  if (left <= 0s) return false;
  const TimeoutError error(
      "the server asked not to be called for another " + std::to_string(left.count()) + " s",
      {.operation = "write", .backend = config_.backend, .retry_is_safe = true, .retry_after = left});
  notices.failures.push_back({std::make_exception_ptr(error), error.code()});
  return true;
}

/// Says when the next attempt may be. True where that isn't at once.
bool Writer::pause(Time now, const Failure& failure) {
  const auto pause = backoff_.next(failure);
  if (failure.retry_after > 0s) not_before_ = now + failure.retry_after;
  next_attempt_.store((now + pause).time_since_epoch().count(), std::memory_order_relaxed);
  return pause > 0ns;
}

void Writer::deliver(const Notices& notices) noexcept {
  for (const Failure& failure : notices.failures) {
    try {
      std::rethrow_exception(failure.thrown);
    } catch (const Error& error) {
      tell(error);
    } catch (...) {
    }
  }
  for (const Dropped& dropped : notices.dropped) listeners_.tell(dropped);
}

void Writer::tell(const Error& error) noexcept {
  record_.failed(error);
  listeners_.tell(error);
}

void Writer::give_up() noexcept {
  turn_.take();
  Notices notices;
  try {
    const TurnGuard guard(turn_);
    outgoing_.collect();
    outgoing_.give_up(notices);
  } catch (...) {  // out of memory
  }
  deliver(notices);
}

void Writer::release(Time until) {
  if (!turn_.take_until(until)) return;
  const TurnGuard guard(turn_);
  outgoing_.release();
}

}  // namespace trifle::stats::detail
