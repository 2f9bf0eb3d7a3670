#include "buffer/flusher.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <system_error>
#include <utility>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {

using namespace std::chrono_literals;

Flusher::Flusher(Config config, Listeners listeners, Outgoing& outgoing, const Gate& gate)
    : config_(std::move(config)),
      outgoing_(outgoing),
      gate_(gate),
      writer_({.backend = config_.backend,
               .now = config_.timing.now,
               .sleep_until = config_.timing.sleep_until,
               .jitter = config_.timing.jitter},
              std::move(listeners), outgoing, gate),
      thread_([this] { return tick(); }) {}

Flusher::~Flusher() {
  thread_.stop();
  thread_.join();
}

void Flusher::was_added(bool has_work) {
  if (config_.in_callers_thread) {
    writer_.write_if_due();
  } else if (has_work || no_thread_.load(std::memory_order_relaxed)) {
    wake();
  }
}

void Flusher::wake() {
  if (!config_.timing.thread) return;
  try {
    thread_.wake();
    no_thread_.store(false, std::memory_order_relaxed);
  } catch (const std::system_error& error) {
    // What was tracked is kept, and the next call tries again.
    no_thread_.store(true, std::memory_order_relaxed);
    writer_.tell(StorageError(std::string("no thread to write on: ") + error.what(), {.operation = "track"}));
  }
}

bool Flusher::wait_for_room(std::optional<Time>& deadline) {
  check_open();
  if (!outgoing_.full()) return true;
  const auto& options = config_.options;
  if (options.on_full == OnFull::Drop) return false;
  const Error::Details details{.operation = "track", .backend = config_.backend, .retry_is_safe = true};
  const auto full = outgoing_.told_full();
  if (options.on_full == OnFull::Refuse) throw StorageError(full, details);

  const auto now = std::chrono::steady_clock::now();
  if (!deadline) deadline = now + std::chrono::duration_cast<Time::duration>(options.block_for);
  if (writer_.is_this_thread() || thread_.is_this_thread())
    throw TimeoutError(full + ", and the thread that writes can't wait", details);
  if (config_.in_callers_thread) {
    writer_.write_if_due();
    if (!outgoing_.full()) return true;
  }
  if (now >= *deadline) throw TimeoutError(full, details);
  auto until = *deadline;
  if (config_.in_callers_thread) until = std::min(until, std::max(now + 1ms, writer_.next_attempt()));
  outgoing_.wait_for_room(until);
  return true;
}

void Flusher::drop_newcomer(std::vector<DroppedRow> rows) {
  dropped_full_.fetch_add(1, std::memory_order_relaxed);
  writer_.tell(Dropped{.reason = DropReason::Full, .error = {}, .operations = 1, .rows = std::move(rows)});
}

std::optional<Flusher::Time> Flusher::tick() {
  if (gate_.has(Gate::Closed)) return std::nullopt;  // from now on only who closes has something written
  writer_.write_due();
  return writer_.next_due();
}

Flusher::Time Flusher::from_now(std::chrono::nanoseconds deadline) const {
  return config_.timing.now() + std::clamp<std::chrono::nanoseconds>(deadline, 0ns, 24h * 365);
}

/// Does it on the thread that writes, so that the caller can stop waiting, or where there is none in the caller's.
/// False where the deadline came first.
bool Flusher::have_done(const std::function<void()>& work, Time deadline) {
  if (!config_.in_callers_thread && config_.timing.thread && !thread_.is_this_thread()) {
    try {
      return thread_.call(work, deadline);
    } catch (const std::system_error&) {  // no thread can be made
    }
  }
  work();
  return true;
}

void Flusher::check_open() const {
  if (gate_.has(Gate::Closed)) throw ClosedError("this Stats is closed", {.backend = config_.backend});
}

void Flusher::flush(std::chrono::nanoseconds deadline) {
  check_open();
  if (outgoing_.unwritten() == 0) return;
  struct Flushed {
    Writer::Wrote wrote = Writer::Wrote::Late;
    std::exception_ptr failure;
  };
  const auto flushed = std::make_shared<Flushed>();  // its caller may be gone before it is there
  const auto end = from_now(deadline);
  const bool done = have_done([=, this] { flushed->wrote = writer_.flush(end, flushed->failure); }, end);
  if (done && flushed->failure) {
    try {
      std::rethrow_exception(flushed->failure);
    } catch (const Error& error) {
      writer_.record().failed(error);
      throw;
    }
  }
  if (done && flushed->wrote == Writer::Wrote::All) return;
  check_open();
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(deadline).count();
  throw TimeoutError(
      "not everything was written within " + std::to_string(waited) + " ms; " + std::to_string(outgoing_.unwritten()) +
          " operations stay queued and go on being written",
      {.operation = "flush", .backend = config_.backend, .outcome = Outcome::Unknown, .retry_is_safe = true});
}

CloseReport Flusher::close(std::chrono::nanoseconds deadline, Writer::Patience patience) {
  const auto end = from_now(deadline);
  const auto before = outgoing_.counts();
  const bool done = outgoing_.unwritten() == 0 || have_done([=, this] { writer_.write_until(end, patience); }, end);
  const auto after = outgoing_.counts();
  const CloseReport report{.written = after.written_operations - before.written_operations,
                           .kept = outgoing_.unwritten(),
                           .dropped = after.dropped_operations - before.dropped_operations};
  if (done && report.kept == 0) {
    thread_.stop();
    if (thread_.ended_by(end)) writer_.release(end);
  }
  return report;
}

void Flusher::give_up() noexcept {
  thread_.stop();
  thread_.join();
  writer_.give_up();
}

void Flusher::add_to(Health& health) const {
  outgoing_.add_to(health);
  writer_.record().add_to(health);
  health.dropped_full += dropped_full_.load(std::memory_order_relaxed);
}

}  // namespace trifle::stats::detail
