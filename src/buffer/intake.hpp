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

#include <trifle/stats/options.hpp>

#include "buffer/gate.hpp"
#include "buffer/local_shards.hpp"
#include "buffer/merge.hpp"
#include "buffer/merge_predicted.hpp"
#include "buffer/shard.hpp"

namespace trifle::stats::detail {

/// Where what is tracked arrives: a shard for each thread, how much waits in all of them, and how much may be held.
///
/// Any thread may use it. Locks, in the order in which they may be taken: `registry_`, the shards' own. Adding takes
/// its own shard's alone, and none that is held while something is written.
class Intake {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Config {
    Merge::Config merge;
    BufferOptions options;
    std::function<Time()> now;
  };

  enum class Added {
    Yes,
    Wake,  ///< yes, and the writer has something to do
    No,    ///< see the gate
  };

  Intake(Config config, Gate& gate);
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  ~Intake();

  /// To the calling thread's shard, where that costs nothing but a few additions; No, with nothing done, otherwise.
  template <class Values>
  [[nodiscard, gnu::always_inline]] Added add_predicted(Change change, std::string_view key, Instant at,
                                                        const Values& values, bool untracked) {
    Shard* const shard = LocalShards::find(serial_);
    if (shard == nullptr) [[unlikely]]
      return Added::No;
    shard->lock.lock();
    if (gate_.open() && shard->merge.add_predicted(change, key, at.unix_seconds(), values, untracked)) [[likely]]
      return counted(*shard);
    shard->lock.unlock();
    return Added::No;
  }
  [[nodiscard, gnu::always_inline]] Added add_recorded(std::size_t recorder, Instant at,
                                                       std::span<const Number> numbers) {
    Shard* const shard = LocalShards::find(serial_);
    if (shard == nullptr) [[unlikely]]
      return Added::No;
    shard->lock.lock();
    if (gate_.open() && shard->merge.add_recorded(recorder, at.unix_seconds(), numbers)) [[likely]]
      return counted(*shard);
    shard->lock.unlock();
    return Added::No;
  }

  /// Throws what `add` throws; then nothing of it is kept.
  template <class Add>
  [[nodiscard]] Added add(Shard& shard, Add&& add) {
    const std::lock_guard lock(shard.lock);
    if (!gate_.open()) return Added::No;
    add(shard.merge);
    bool wake = shard.merge.growth() != shard.growth && grow(shard);
    if (--shard.countdown == 0) wake = report(shard) || wake;
    return wake ? Added::Wake : Added::Yes;
  }

  /// The calling thread's; without aggregation everybody's, since order needs one.
  Shard& local_shard();

  /// A shard beside the calling thread's.
  std::shared_ptr<Shard> new_shard();

  struct Taken {
    std::vector<std::unique_ptr<Merge>> merges;
    Time oldest{};
    std::size_t operations = 0;
    std::size_t entries = 0;
    std::size_t bytes = 0;  ///< entries and bytes are held on until `held` tells of them
  };

  /// All that the shards hold, of one moment: what happened before something that is taken, is taken. One thread at a
  /// time. `counted` is called before anybody can see that they are empty.
  template <class Counted>
  Taken take(Counted&& counted) {
    const std::lock_guard lock(registry_);
    Taken taken = take_locked();
    counted(taken);
    return taken;
  }
  /// Merges that were taken and are used up.
  void give_back(std::vector<std::unique_ptr<Merge>> merges);

  /// What is held, here or by the writer, became so much more, or less. Opens the gate where that makes room.
  void held(std::ptrdiff_t entries, std::ptrdiff_t bytes);
  std::size_t held_entries() const noexcept { return held_entries_.load(std::memory_order_relaxed); }
  std::size_t held_bytes() const noexcept { return held_bytes_.load(std::memory_order_relaxed); }

  /// Whether it is time to write, so that nobody finds it full.
  bool half_full() const noexcept {
    return held_entries() >= (config_.options.max_entries + 1) / 2 || held_bytes() >= config_.options.max_bytes / 2;
  }

  /// Waits for room, or for the end.
  void wait_for_room(Time until);
  void close();

  /// Operations that wait, as far as shards have reported them: one at the least, where there is one.
  std::size_t pending() const noexcept { return pending_.load(std::memory_order_relaxed); }
  /// When the first of them came.
  Time first_at() const noexcept { return Time(Time::duration(first_at_.load(std::memory_order_relaxed))); }

  /// What the shards hold now; `with` is called with it before anything of it can be taken.
  template <class With>
  void count(With&& with) const {
    const std::lock_guard lock(registry_);
    std::uint64_t operations = 0;
    std::uint64_t entries = 0;
    for (const auto& shard : shards_) {
      const std::lock_guard shard_lock(shard->lock);
      operations += shard->merge.operations();
      entries += shard->merge.entries();
    }
    with(operations, entries);
  }

 private:
  [[gnu::always_inline]] Added counted(Shard& shard) {
    const bool wake = --shard.countdown == 0 && report(shard);
    shard.lock.unlock();
    return wake ? Added::Wake : Added::Yes;
  }
  bool grow(Shard& shard);
  [[gnu::noinline]] bool report(Shard& shard);
  std::shared_ptr<Shard> make_shard() const { return std::make_shared<Shard>(config_.merge); }
  Shard& make_local_shard();
  Taken take_locked();

  const Config config_;
  const std::uint64_t serial_ = LocalShards::new_serial();
  const std::uint32_t chunk_;
  Gate& gate_;

  mutable std::mutex registry_;
  std::vector<std::shared_ptr<Shard>> shards_;  // the first is everybody's
  std::vector<std::unique_ptr<Merge>> spares_;

  alignas(64) std::atomic<std::size_t> pending_{0};
  std::atomic<Time::rep> first_at_{0};
  std::atomic<std::size_t> held_entries_{0};
  std::atomic<std::size_t> held_bytes_{0};

  std::mutex room_mutex_;
  std::condition_variable room_;
};

}  // namespace trifle::stats::detail
