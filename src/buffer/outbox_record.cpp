#include "buffer/outbox_record.hpp"

namespace trifle::stats::detail {

void OutboxRecord::taken(std::uint64_t operations, std::uint64_t entries) {
  const std::lock_guard lock(mutex_);
  operations_ += operations;
  entries_ += entries;
}

void OutboxRecord::publish(const Outbox& outbox) {
  const std::lock_guard lock(mutex_);
  operations_ = outbox.operations();
  entries_ = outbox.entries();
  flight_rows_ = outbox.flight_rows();
  oldest_ = outbox.oldest();
  counts_ = outbox.counts();
}

std::uint64_t OutboxRecord::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

Outbox::Counts OutboxRecord::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::optional<OutboxRecord::Time> OutboxRecord::add_to(Health& health) const {
  const std::lock_guard lock(mutex_);
  health.queued_operations += operations_;
  health.queued_entries += entries_;
  health.queued_rows += flight_rows_;
  counts_.add_to(health);
  return operations_ > 0 ? std::optional(oldest_) : std::nullopt;
}

}  // namespace trifle::stats::detail
