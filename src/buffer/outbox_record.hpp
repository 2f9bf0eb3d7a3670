#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include <trifle/stats/health.hpp>

#include "buffer/outbox.hpp"

namespace trifle::stats::detail {

/// What is told of the outbox to whoever asks: a copy, so that no write holds them up. Any thread.
class OutboxRecord {
 public:
  using Time = Outbox::Time;

  /// These are on their way into the outbox.
  void taken(std::uint64_t operations, std::uint64_t entries);
  void publish(const Outbox& outbox);

  std::uint64_t operations() const;
  Outbox::Counts counts() const;

  /// Of the oldest operation in the outbox, where there is one.
  std::optional<Time> add_to(Health& health) const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t operations_ = 0;
  std::uint64_t entries_ = 0;
  std::uint64_t flight_rows_ = 0;
  Time oldest_{};
  Outbox::Counts counts_ = {};
};

}  // namespace trifle::stats::detail
