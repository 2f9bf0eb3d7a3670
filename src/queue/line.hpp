#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include <trifle/stats/dropped.hpp>
#include <trifle/stats/health.hpp>

#include "buffer/gate.hpp"
#include "buffer/outbox.hpp"
#include "driver/measurement.hpp"

namespace trifle::stats::detail {

/// Measurements that wait, first come, first served; what became of those that left is counted under the same lock, so
/// that none is ever in neither place. Any thread adds; one at a time, who has the turn, takes from the front.
class Line {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Waiting {
    Measurement measurement;
    std::size_t bytes = 0;
    Time since{};
    bool tried = false;
    bool may_be_there = false;  ///< an attempt had an unknown outcome
  };

  struct Limits {
    std::size_t entries;
    std::size_t bytes;
  };

  /// How one leaves.
  enum class Fate {
    Written,
    Refused,  ///< the server will never take it
    Dropped,  ///< its outcome is unknown, and it isn't sent again
  };

  Line(Limits limits, Gate& gate) : limits_(limits), gate_(gate) {}

  enum class Added {
    Yes,
    First,  ///< yes, and nothing waited before it
    No      ///< closed or full: `measurement` stays as it was
  };
  Added add(Measurement& measurement, Time now);

  /// What may be held is held.
  bool full() const;
  /// Waits for room, or for the end.
  void wait_for_room(Time until);
  /// No more is added.
  void close();

  /// The number of the newest so far; they are numbered from 1.
  std::uint64_t newest() const;

  /// The oldest, where its number is at most this; it stays where it is until it leaves.
  Waiting* front(std::uint64_t newest);
  /// The front is about to be sent. True where it was before.
  bool try_front();
  /// The front may have been written. Counted once.
  void front_may_be_there();
  /// The front leaves; returns it.
  Measurement leave(Fate fate);

  /// All leave, unwritten.
  std::vector<Waiting> give_up();

  bool empty() const { return size() == 0; }
  std::size_t size() const;
  std::size_t bytes() const;
  Outbox::Counts counts() const;
  void add_to(Health& health, Time now) const;

 private:
  bool is_full() const { return waiting_.size() >= limits_.entries || bytes_ >= limits_.bytes; }
  Measurement take_front();

  const Limits limits_;
  Gate& gate_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::deque<Waiting> waiting_;
  std::size_t bytes_ = 0;
  std::uint64_t left_ = 0;  // how many did
  Outbox::Counts counts_ = {};
};

}  // namespace trifle::stats::detail
