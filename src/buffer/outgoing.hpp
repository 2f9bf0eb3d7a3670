#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <trifle/stats/health.hpp>

#include "buffer/notices.hpp"
#include "buffer/outbox.hpp"

namespace trifle::stats::detail {

/// What waits to be written, and where it goes: a Writer has it written part after part, whatever the parts are.
class Outgoing {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Outgoing() = default;
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;
  virtual ~Outgoing() = default;

  // Any thread:

  /// When something is to be done, where nothing may be written before `next_attempt`; none: nothing waits.
  virtual std::optional<Time> due_at(Time next_attempt) const = 0;

  /// Operations; at the least one, where a part of one waits.
  virtual std::uint64_t unwritten() const = 0;
  virtual Outbox::Counts counts() const = 0;
  virtual void add_to(Health& health) const = 0;

  virtual bool full() const = 0;
  /// Says that it is full, and how much it holds.
  virtual std::string told_full() const = 0;
  /// Waits for room, or for the end.
  virtual void wait_for_room(Time until) = 0;

  // Whoever has the turn:

  /// All that waits now is what `write_next` has to write.
  virtual void collect() = 0;
  /// Nothing of that is left.
  virtual bool collected_is_written() const = 0;
  /// Writes the next part of it. False where it failed: then the last failure tells why, and it is tried again, but not
  /// at once.
  virtual bool write_next(Time now, Notices& notices) = 0;

  /// Gives up everything.
  virtual void give_up(Notices& notices) = 0;
  /// Lets the driver go: nothing will be written any more.
  virtual void release() = 0;
};

}  // namespace trifle::stats::detail
