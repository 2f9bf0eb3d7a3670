#include "buffer/buffer.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {
namespace {

using namespace std::chrono_literals;

Merge::Config merge_config(Merge::Config config, const BufferOptions& options) {
  config.fold = options.aggregate;
  // Several merges keep names between flushes: a small buffer can't afford much of that.
  config.kept_name_bytes = std::min(config.kept_name_bytes, options.max_bytes / 64);
  config.epochs = std::make_shared<Epochs>();
  return config;
}

Buffer::Config completed(Buffer::Config config) {
  config.merge = merge_config(std::move(config.merge), config.options);
  return config;
}

// The thread that is calling back, or writing in its caller's name, must not wait for itself.
thread_local const Buffer* writing_for = nullptr;

}  // namespace

Buffer::Buffer(Config config, std::shared_ptr<RowDriver> driver, Gate& gate)
    : config_(completed(std::move(config))),
      chunk_(static_cast<std::uint32_t>(std::clamp<std::size_t>(config_.options.size / 8, 1, 32))),
      in_callers_thread_(!config_.options.async || !config_.traits.background),
      gate_(gate),
      scratch_(config_.merge),
      driver_(std::move(driver)),
      outbox_({.merge = config_.merge,
               .traits = config_.traits,
               .on_unknown = config_.options.on_unknown,
               .batch_slots = config_.batch_slots}),
      backoff_(config_.timing.jitter),
      thread_([this] { return tick(); }) {
  shards_.push_back(make_shard());
}

Buffer::~Buffer() {
  thread_.stop();
  thread_.join();
  for (const auto& shard : shards_) {
    shard->abandoned.store(true, std::memory_order_relaxed);
    shard->merge = Merge(Merge::Config(config_.merge));
  }
}

std::shared_ptr<Shard> Buffer::make_shard() const { return std::make_shared<Shard>(config_.merge); }

std::shared_ptr<Shard> Buffer::new_shard() {
  auto shard = make_shard();
  const std::lock_guard lock(registry_);
  shards_.push_back(shard);
  return shard;
}

inline Shard& Buffer::local_shard() {
  if (!config_.options.aggregate) return *shards_.front();
  Shard* const shard = LocalShards::find(serial_);
  return shard != nullptr ? *shard : make_local_shard();
}

Shard& Buffer::make_local_shard() {
  std::shared_ptr<Shard> taken;
  {
    const std::lock_guard lock(registry_);
    for (std::size_t i = 1; i < shards_.size() && !taken; ++i) {
      bool owned = false;
      if (shards_[i]->owned.compare_exchange_strong(owned, true, std::memory_order_acquire)) taken = shards_[i];
    }
  }
  if (!taken) taken = new_shard();
  Shard& shard = *taken;
  if (LocalShards::keep(serial_, taken)) return shard;
  shard.owned.store(false, std::memory_order_release);
  return *shards_.front();
}

template <class Add, class Drop>
inline bool Buffer::add_through(Shard& shard, Add&& add_to_merge, Drop&& drop) {
  bool tell = false;
  std::optional<Time> deadline;
  for (;;) {
    if (gate_.has(Gate::Forked)) return false;
    {
      const std::lock_guard lock(shard.lock);
      if (gate_.open()) {
        add_to_merge(shard.merge);
        if (shard.merge.growth() != shard.growth) tell = grow(shard);
        if (--shard.countdown == 0) tell = report(shard) || tell;
        break;
      }
    }
    if (!wait_for_room(deadline)) {
      drop();
      return true;
    }
  }
  if (in_callers_thread_) {
    write_if_due();
  } else if (tell) {
    wake();
  }
  return true;
}

template <class Values>
bool Buffer::add_slowly(Change change, std::string_view key, Instant at, const Values& values, bool untracked) {
  return add_to(local_shard(), change, key, at, values, untracked);
}

template <class Values>
bool Buffer::add_to(Shard& shard, Change change, std::string_view key, Instant at, const Values& values,
                    bool untracked) {
  return add_through(
      shard, [&](Merge& merge) { merge.add(change, key, at, values, untracked); },
      [&] { drop_newcomer([&] { scratch_.add(change, key, at, values, untracked); }, at); });
}

template bool Buffer::add_slowly(Change, std::string_view, Instant, const Payload&, bool);
template bool Buffer::add_slowly(Change, std::string_view, Instant, const std::span<const Entry>&, bool);
template bool Buffer::add_to(Shard&, Change, std::string_view, Instant, const Payload&, bool);
template bool Buffer::add_to(Shard&, Change, std::string_view, Instant, const std::span<const Entry>&, bool);

bool Buffer::add_recorded_slowly(std::size_t recorder, std::string_view key, const Payload& shape, Instant at,
                                 std::span<const Number> numbers) {
  return add_through(
      local_shard(),
      [&](Merge& merge) {
        if (merge.add_recorded(recorder, at.unix_seconds(), numbers)) return;
        merge.add(Change::Increment, key, at, shape.items(), numbers, false);
        merge.remember_recorder(recorder);
      },
      [&] { drop_newcomer([&] { scratch_.add(Change::Increment, key, at, shape.items(), numbers, false); }, at); });
}

/// The shard's merge became larger: true where that was too much.
bool Buffer::grow(Shard& shard) {
  const Merge& merge = shard.merge;
  shard.growth = merge.growth();
  const auto entries = merge.entries();
  const auto bytes = merge.bytes();
  const auto held_entries = held_entries_.fetch_add(entries - shard.reported_entries, std::memory_order_relaxed) +
                            entries - shard.reported_entries;
  const auto held_bytes =
      held_bytes_.fetch_add(bytes - shard.reported_bytes, std::memory_order_relaxed) + bytes - shard.reported_bytes;
  shard.reported_entries = entries;
  shard.reported_bytes = bytes;
  if (held_entries < config_.options.max_entries && held_bytes < config_.options.max_bytes) return false;
  gate_.set(Gate::Full);
  return true;
}

/// Counts the shard's newest operations with everybody's: true where the writer must be woken.
bool Buffer::report(Shard& shard) {
  const auto size = config_.options.size;
  const std::size_t count = shard.unreported;
  const auto total = pending_.fetch_add(count, std::memory_order_relaxed) + count;
  const auto until_due = total < size ? size - total : size;
  shard.countdown = shard.unreported = static_cast<std::uint32_t>(std::min<std::size_t>(chunk_, until_due));
  const bool first = total == count;
  if (first) first_at_.store(config_.timing.now().time_since_epoch().count(), std::memory_order_relaxed);
  return first || (total >= size && total - count < size);
}

void Buffer::wake() {
  if (!config_.timing.thread) return;
  try {
    thread_.wake();
  } catch (const std::system_error& error) {
    // What was tracked is kept, and the next call that wakes tries again.
    Notices notices;
    const StorageError failure(std::string("no thread to write on: ") + error.what(), {.operation = "track"});
    notices.failures.push_back({std::make_exception_ptr(failure), failure.code(), failure.outcome()});
    deliver(notices);
  }
}

void Buffer::write_if_due() {
  if (writing_for == this || !due(config_.timing.now()) || !turn_.try_take()) return;
  Notices notices;
  {
    const TurnGuard guard(turn_);
    write_due(notices);
  }
  deliver(notices);
}

/// True where there is room now, false where the newcomer goes to on_drop.
bool Buffer::wait_for_room(std::optional<Time>& deadline) {
  if (gate_.has(Gate::Closed)) throw ClosedError("this Stats is closed", {.backend = config_.traits.backend});
  if (!gate_.has(Gate::Full)) return true;
  const auto& options = config_.options;
  if (options.on_full == OnFull::Drop) return false;
  const Error::Details details{.operation = "track", .backend = config_.traits.backend, .retry_is_safe = true};
  const std::string full = "the buffer is full: " + std::to_string(held_entries_.load(std::memory_order_relaxed)) +
                           " entries in " + std::to_string(held_bytes_.load(std::memory_order_relaxed)) +
                           " bytes are not written yet";
  if (options.on_full == OnFull::Refuse) throw StorageError(full, details);

  const auto now = std::chrono::steady_clock::now();
  if (!deadline) deadline = now + std::chrono::duration_cast<Time::duration>(options.block_for);
  if (writing_for == this || thread_.is_this_thread())
    throw TimeoutError(full + ", and the thread that writes can't wait", details);
  if (in_callers_thread_) {
    write_if_due();
    if (!gate_.has(Gate::Full)) return true;
  }
  if (now >= *deadline) throw TimeoutError(full, details);
  auto until = *deadline;
  if (in_callers_thread_) until = std::min(until, std::max(now + 1ms, Time(Time::duration(next_attempt_.load()))));
  std::unique_lock lock(room_mutex_);
  room_.wait_until(lock, until, [&] { return !gate_.has(Gate::Full) || gate_.has(Gate::Closed); });
  return true;  // or so it seems: the caller looks again
}

template <class Add>
void Buffer::drop_newcomer(Add&& add_to_scratch, Instant at) {
  Notices notices;
  {
    const std::lock_guard lock(scratch_mutex_);
    scratch_.clear();
    add_to_scratch();  // refuses what isn't valid
    auto rows = scratch_.contents(1);
    rows.front().at = at;
    notices.dropped.push_back({.reason = DropReason::Full, .error = {}, .operations = 1, .rows = std::move(rows)});
  }
  dropped_full_.fetch_add(1, std::memory_order_relaxed);
  deliver(notices);
}

bool Buffer::due(Time now) const {
  const auto pending = pending_.load(std::memory_order_relaxed);
  if (pending > 0 && gate_.has(Gate::Full)) return true;
  if (now < Time(Time::duration(next_attempt_.load(std::memory_order_relaxed)))) return false;
  if (queued_.load(std::memory_order_relaxed)) return true;
  return pending > 0 && (pending >= config_.options.size || now >= first_at() + config_.options.duration);
}

std::optional<Buffer::Time> Buffer::next_due() const {
  const Time attempt(Time::duration(next_attempt_.load(std::memory_order_relaxed)));
  if (queued_.load(std::memory_order_relaxed)) return attempt;
  if (pending_.load(std::memory_order_relaxed) == 0) return std::nullopt;
  if (pending_.load(std::memory_order_relaxed) >= config_.options.size) return attempt;
  return std::max(attempt, first_at() + std::chrono::duration_cast<Time::duration>(config_.options.duration));
}

std::optional<Buffer::Time> Buffer::tick() {
  if (due(config_.timing.now())) {
    Notices notices;
    turn_.take();
    {
      const TurnGuard guard(turn_);
      write_due(notices);
    }
    deliver(notices);
  }
  return next_due();
}

/// With the turn.
void Buffer::write_due(Notices& notices) {
  drain();
  if (config_.timing.now() >= Time(Time::duration(next_attempt_.load(std::memory_order_relaxed)))) write_all(notices);
}

void Buffer::flush() {
  if (gate_.has(Gate::Closed)) throw ClosedError("this Stats is closed", {.backend = config_.traits.backend});
  Notices notices;
  std::exception_ptr failure;
  turn_.take();
  {
    const TurnGuard guard(turn_);
    drain();
    const auto given_up = outbox_.counts().unknown_operations;
    const bool whole = write_all(notices);
    if (!whole || !notices.dropped.empty() || outbox_.counts().unknown_operations != given_up) {
      if (!notices.failures.empty()) {
        failure = notices.failures.back().thrown;
        notices.failures.pop_back();
      } else if (!notices.dropped.empty()) {
        failure = std::make_exception_ptr(
            StorageError(notices.dropped.front().error, {.operation = "flush", .backend = config_.traits.backend}));
      }
    }
  }
  deliver(notices);
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    note(error);
    throw;
  }
}

/// Takes what the shards hold, all of it at one moment: what happened before something that is taken, is taken.
void Buffer::drain() {
  std::vector<std::unique_ptr<Merge>> taken;
  Time oldest;
  std::size_t entries = 0;
  std::size_t bytes = 0;
  {
    const std::lock_guard lock(registry_);
    while (spares_.size() < shards_.size()) spares_.push_back(std::make_unique<Merge>(config_.merge));
    taken.reserve(shards_.size());
    for (const auto& shard : shards_) shard->lock.lock();
    for (const auto& shard : shards_) {
      shard->countdown = shard->unreported = 1;
      if (shard->merge.operations() == 0) continue;
      entries += std::exchange(shard->reported_entries, 0);
      bytes += std::exchange(shard->reported_bytes, 0);
      std::swap(shard->merge, *spares_.back());
      taken.push_back(std::move(spares_.back()));
      spares_.pop_back();
      shard->growth = shard->merge.growth();
    }
    oldest = first_at();
    pending_.store(0, std::memory_order_relaxed);
    for (const auto& shard : shards_) shard->lock.unlock();
    const std::lock_guard published(published_);
    for (const auto& merge : taken) {
      state_.operations += merge->operations();
      state_.entries += merge->entries();
    }
  }
  if (!taken.empty()) outbox_.take(taken, oldest);
  for (auto& merge : taken) spares_.push_back(std::move(merge));
  account(entries, bytes);
}

/// What the outbox holds has changed; the shards held this much that they don't any more.
void Buffer::account(std::size_t drained_entries, std::size_t drained_bytes) {
  const auto entries = outbox_.entries();
  const auto bytes = outbox_.bytes();
  const auto more_entries = entries - std::exchange(outbox_entries_, entries) - drained_entries;
  const auto more_bytes = bytes - std::exchange(outbox_bytes_, bytes) - drained_bytes;
  const auto held_entries = held_entries_.fetch_add(more_entries, std::memory_order_relaxed) + more_entries;
  const auto held_bytes = held_bytes_.fetch_add(more_bytes, std::memory_order_relaxed) + more_bytes;
  queued_.store(!outbox_.empty(), std::memory_order_relaxed);
  if (gate_.has(Gate::Full) && held_entries < config_.options.max_entries && held_bytes < config_.options.max_bytes) {
    {
      const std::lock_guard lock(room_mutex_);
      gate_.clear(Gate::Full);
    }
    room_.notify_all();
  }
  const std::lock_guard lock(published_);
  state_ = {.operations = outbox_.operations(),
            .entries = entries,
            .flight_rows = outbox_.flight_rows(),
            .oldest = outbox_.oldest(),
            .counts = outbox_.counts()};
}

/// Writes batch after batch; false where one failed and a pause is due.
bool Buffer::write_all(Notices& notices) {
  const auto* const before = std::exchange(writing_for, this);
  bool whole = true;
  while (!outbox_.empty()) {
    const auto start = config_.timing.now();
    const bool wrote = outbox_.write_next(*driver_, start, notices);
    const auto end = config_.timing.now();
    {
      const std::lock_guard lock(published_);
      times_.add(end - start);
    }
    account();
    if (wrote) {
      backoff_.succeeded();
      next_attempt_.store(0, std::memory_order_relaxed);
    } else {
      const Failure& failure = notices.failures.back();
      const auto pause = backoff_.next(failure.code, failure.outcome);
      next_attempt_.store((end + pause).time_since_epoch().count(), std::memory_order_relaxed);
      if (pause > 0ns) {
        whole = false;
        break;
      }
    }
  }
  writing_for = before;
  return whole;
}

/// Passes on what happened. Without any lock: a callback may call the Stats.
void Buffer::deliver(Notices& notices) noexcept {
  for (const Failure& failure : notices.failures) {
    try {
      std::rethrow_exception(failure.thrown);
    } catch (const Error& error) {
      note(error);
      try {
        if (config_.on_error) config_.on_error(error);
      } catch (...) {  // the callback's own; there is nobody to tell
      }
    } catch (...) {
    }
  }
  for (const Dropped& dropped : notices.dropped) {
    try {
      if (config_.on_drop) config_.on_drop(dropped);
    } catch (...) {
    }
  }
}

void Buffer::note(const Error& error) noexcept {
  try {
    const std::lock_guard lock(published_);
    last_error_ = error.what();
    last_error_at_ = Instant::now();
  } catch (...) {  // out of memory: then the last error is an older one
  }
}

CloseReport Buffer::close(std::chrono::nanoseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + std::min<std::chrono::nanoseconds>(deadline, 24h * 365);
  {
    const std::lock_guard lock(room_mutex_);
    gate_.set(Gate::Closed);
  }
  room_.notify_all();
  thread_.stop();
  Notices notices;
  CloseReport report;
  if (thread_.ended_by(end)) {
    thread_.join();
    if (turn_.take_until(end)) {
      const TurnGuard guard(turn_);
      drain();
      const auto before = outbox_.counts();
      while (!write_all(notices)) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= end) break;
        const auto pause = Time(Time::duration(next_attempt_.load())) - config_.timing.now();
        std::this_thread::sleep_until(std::min(end, now + pause));
        if (std::chrono::steady_clock::now() >= end) break;
      }
      const auto& after = outbox_.counts();
      report.written = after.written_operations - before.written_operations;
      report.dropped = after.dropped_operations - before.dropped_operations;
      if (outbox_.empty()) driver_.reset();  // nothing will be written any more
    }
  }
  report.kept = queued_operations();
  deliver(notices);
  return report;
}

void Buffer::give_up() noexcept {
  thread_.stop();
  thread_.join();
  turn_.take();
  Notices notices;
  try {
    const TurnGuard guard(turn_);
    drain();
    outbox_.give_up(notices);
    account();
  } catch (...) {  // out of memory
  }
  deliver(notices);
}

std::uint64_t Buffer::queued_operations() const {
  const std::lock_guard lock(registry_);
  std::uint64_t sum = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard shard_lock(shard->lock);
    sum += shard->merge.operations();
  }
  const std::lock_guard published(published_);
  return sum + state_.operations;
}

void Buffer::add_to(Health& health) const {
  std::uint64_t operations = 0;
  std::uint64_t entries = 0;
  const std::lock_guard registry(registry_);
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard->lock);
    operations += shard->merge.operations();
    entries += shard->merge.entries();
  }
  const std::lock_guard lock(published_);
  const auto& counts = state_.counts;
  health.queued_operations += operations + state_.operations;
  health.queued_entries += entries + state_.entries;
  health.queued_rows += (entries + state_.entries) * config_.merge.granularities.size() + state_.flight_rows;
  health.queued_bytes += held_bytes_.load(std::memory_order_relaxed);
  if (operations + state_.operations > 0)
    health.oldest_unwritten = config_.timing.now() - (state_.operations > 0 ? state_.oldest : first_at());
  health.written_operations += counts.written_operations;
  health.written_rows += counts.written_rows;
  health.written_batches += counts.written_batches;
  health.retried_batches += counts.retried_batches;
  health.unknown_operations += counts.unknown_operations;
  health.dropped_refused += counts.refused_rows;
  health.dropped_full += dropped_full_.load(std::memory_order_relaxed);
  health.dropped_unwritten += counts.unwritten_operations;
  health.flushes = times_.count();
  health.flush_last = times_.last();
  health.flush_p50 = times_.percentile(0.5);
  health.flush_p99 = times_.percentile(0.99);
  health.flush_max = times_.max();
  if (last_error_at_ && (!health.last_error_at || *health.last_error_at < *last_error_at_)) {
    health.last_error = last_error_;
    health.last_error_at = last_error_at_;
  }
}

}  // namespace trifle::stats::detail
