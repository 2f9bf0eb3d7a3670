#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/health.hpp>
#include <trifle/stats/options.hpp>

#include "buffer/backoff.hpp"
#include "buffer/flush_thread.hpp"
#include "buffer/flush_times.hpp"
#include "buffer/gate.hpp"
#include "buffer/local_shards.hpp"
#include "buffer/merge.hpp"
#include "buffer/outbox.hpp"
#include "buffer/shard.hpp"
#include "buffer/turn.hpp"
#include "driver/row_driver.hpp"

namespace trifle::stats::detail {

/// Gathers what is tracked and writes it later: shards, one for each thread that tracks, and an outbox that they are
/// drained into.
///
/// Locks, in the order in which they may be taken: the turn to write (a thread that writes, for as long as it takes);
/// `registry_`; the shards' own. `add` takes its own shard's alone, and never one that is held while something is
/// written. Callbacks are called with none of them.
class Buffer {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Timing {
    std::function<Time()> now = [] { return std::chrono::steady_clock::now(); };
    std::function<double()> jitter = Backoff::random_jitter();
    bool thread = true;  ///< false: `tick` is called from outside
  };

  struct Config {
    Merge::Config merge;
    BufferOptions options;
    Traits traits;
    std::function<void(const Error&)> on_error = {};
    std::function<void(const Dropped&)> on_drop = {};
    std::size_t batch_slots = 8192;
    Timing timing = {};
  };

  Buffer(Config config, std::shared_ptr<RowDriver> driver, Gate& gate);
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer();

  /// False in a child after fork, where nothing here may be touched any more. Otherwise throws as Stats::track.
  template <class Values>
  [[nodiscard, gnu::always_inline]] bool add(Change change, std::string_view key, Instant at, const Values& values,
                                             bool untracked) {
    Shard* const shard = LocalShards::find(serial_);
    if (shard != nullptr && gate_.open()) [[likely]] {
      shard->lock.lock();
      if (shard->countdown > 1 && gate_.open() &&
          shard->merge.add_predicted(change, key, at.unix_seconds(), values, untracked)) [[likely]] {
        --shard->countdown;
        shard->lock.unlock();
        if (in_callers_thread_) write_if_due();
        return true;
      }
      shard->lock.unlock();
    }
    return add_slowly(change, key, at, values, untracked);
  }

  /// Numbers for the paths of `shape` in their order; `recorder` is a small number that no other recorder has.
  [[nodiscard, gnu::always_inline]] bool add_recorded(std::size_t recorder, std::string_view key, const Payload& shape,
                                                      Instant at, std::span<const Number> numbers) {
    Shard* const shard = LocalShards::find(serial_);
    if (shard != nullptr && gate_.open()) [[likely]] {
      shard->lock.lock();
      if (shard->countdown > 1 && gate_.open() && shard->merge.add_recorded(recorder, at.unix_seconds(), numbers))
          [[likely]] {
        --shard->countdown;
        shard->lock.unlock();
        if (in_callers_thread_) write_if_due();
        return true;
      }
      shard->lock.unlock();
    }
    return add_recorded_slowly(recorder, key, shape, at, numbers);
  }

  /// A shard beside the calling thread's, for tests that play several threads.
  std::shared_ptr<Shard> new_shard();
  template <class Values>
  bool add_to(Shard& shard, Change change, std::string_view key, Instant at, const Values& values, bool untracked);

  /// Does what is due, and says when something will be.
  std::optional<Time> tick();

  /// Writes everything that was accepted before. Throws what went wrong; what was not written stays queued.
  void flush();

  /// No more is accepted; writes until the deadline. May be called again.
  CloseReport close(std::chrono::nanoseconds deadline);

  /// Hands what is left to on_drop.
  void give_up() noexcept;

  void add_to(Health& health) const;

 private:
  /// Of the outbox, for those who look from outside.
  struct State {
    std::uint64_t operations = 0;
    std::uint64_t entries = 0;
    std::uint64_t flight_rows = 0;
    Time oldest{};
    Outbox::Counts counts = {};
  };

  template <class Values>
  [[gnu::noinline]] bool add_slowly(Change change, std::string_view key, Instant at, const Values& values,
                                    bool untracked);
  [[gnu::noinline]] bool add_recorded_slowly(std::size_t recorder, std::string_view key, const Payload& shape,
                                             Instant at, std::span<const Number> numbers);
  std::shared_ptr<Shard> make_shard() const;
  Shard& local_shard();
  Shard& make_local_shard();
  template <class Add, class Drop>
  bool add_through(Shard& shard, Add&& add_to_merge, Drop&& drop);
  bool grow(Shard& shard);
  bool report(Shard& shard);
  bool wait_for_room(std::optional<Time>& deadline);
  template <class Add>
  void drop_newcomer(Add&& add_to_scratch, Instant at);

  void wake();
  Time first_at() const noexcept { return Time(Time::duration(first_at_.load(std::memory_order_relaxed))); }
  bool due(Time now) const;
  std::optional<Time> next_due() const;
  void write_if_due();
  void write_due(Notices& notices);
  void drain();
  void account(std::size_t drained_entries = 0, std::size_t drained_bytes = 0);
  bool write_all(Notices& notices);
  void deliver(Notices& notices) noexcept;
  void note(const Error& error) noexcept;
  std::uint64_t queued_operations() const;

  const Config config_;
  const std::uint64_t serial_ = LocalShards::new_serial();
  const std::uint32_t chunk_;
  const bool in_callers_thread_;
  Gate& gate_;

  mutable std::mutex registry_;
  std::vector<std::shared_ptr<Shard>> shards_;  // the first is everybody's

  alignas(64) std::atomic<std::size_t> pending_{0};  // operations that shards have reported since the last drain
  std::atomic<Time::rep> first_at_{0};               // when the first of them came
  std::atomic<std::size_t> held_entries_{0};
  std::atomic<std::size_t> held_bytes_{0};
  std::atomic<Time::rep> next_attempt_{0};
  std::atomic<bool> queued_{false};  // the outbox holds something
  std::atomic<std::uint64_t> dropped_full_{0};

  std::mutex room_mutex_;
  std::condition_variable room_;

  std::mutex scratch_mutex_;
  Merge scratch_;

  Turn turn_;
  // Of whoever has the turn:
  std::shared_ptr<RowDriver> driver_;
  Outbox outbox_;
  std::size_t outbox_entries_ = 0;
  std::size_t outbox_bytes_ = 0;
  std::vector<std::unique_ptr<Merge>> spares_;
  Backoff backoff_;

  mutable std::mutex published_;
  State state_;
  FlushTimes times_;
  std::string last_error_;
  std::optional<Instant> last_error_at_;

  FlushThread thread_;  // last: it uses all of the above
};

}  // namespace trifle::stats::detail
