#include "queue/line.hpp"

#include <utility>

namespace trifle::stats::detail {

Line::Added Line::add(Measurement& measurement, Time now) {
  const auto bytes = memory_of(measurement) + sizeof(Waiting) - sizeof(Measurement);
  const std::lock_guard lock(mutex_);
  if (gate_.has(Gate::Closed) || is_full()) return Added::No;
  waiting_.emplace_back();
  auto& last = waiting_.back();
  last.measurement = std::move(measurement);
  last.bytes = bytes;
  last.since = now;
  bytes_ += bytes;
  return waiting_.size() == 1 ? Added::First : Added::Yes;
}

bool Line::full() const {
  const std::lock_guard lock(mutex_);
  return is_full();
}

void Line::wait_for_room(Time until) {
  std::unique_lock lock(mutex_);
  room_.wait_until(lock, until, [&] { return !is_full() || gate_.has(Gate::Closed); });
}

void Line::close() {
  {
    const std::lock_guard lock(mutex_);
    gate_.set(Gate::Closed);
  }
  room_.notify_all();
}

std::uint64_t Line::newest() const {
  const std::lock_guard lock(mutex_);
  return left_ + waiting_.size();
}

Line::Waiting* Line::front(std::uint64_t newest) {
  const std::lock_guard lock(mutex_);
  return waiting_.empty() || left_ >= newest ? nullptr : &waiting_.front();
}

bool Line::try_front() {
  const std::lock_guard lock(mutex_);
  const bool tried = std::exchange(waiting_.front().tried, true);
  if (tried) ++counts_.retried_batches;
  return tried;
}

void Line::front_may_be_there() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(waiting_.front().may_be_there, true)) ++counts_.unknown_operations;
}

Measurement Line::leave(Fate fate) {
  Measurement left;
  {
    const std::lock_guard lock(mutex_);
    switch (fate) {
      case Fate::Written:
        ++counts_.written_operations;
        ++counts_.written_batches;
        break;
      case Fate::Refused:
        ++counts_.refused_rows;
        [[fallthrough]];
      case Fate::Dropped:
        ++counts_.dropped_operations;
        break;
    }
    left = take_front();
  }
  room_.notify_one();
  return left;
}

Measurement Line::take_front() {
  auto& front = waiting_.front();
  bytes_ -= front.bytes;
  Measurement taken = std::move(front.measurement);
  waiting_.pop_front();
  ++left_;
  return taken;
}

std::vector<Line::Waiting> Line::give_up() {
  std::vector<Waiting> all;
  const std::lock_guard lock(mutex_);
  all.reserve(waiting_.size());
  for (Waiting& each : waiting_) {
    if (!each.may_be_there) ++counts_.unwritten_operations;
    all.push_back(std::move(each));
  }
  left_ += waiting_.size();
  waiting_.clear();
  bytes_ = 0;
  return all;
}

std::size_t Line::size() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

std::size_t Line::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

Outbox::Counts Line::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Line::add_to(Health& health, Time now) const {
  const std::lock_guard lock(mutex_);
  health.queued_operations += waiting_.size();
  health.queued_entries += waiting_.size();
  health.queued_bytes += bytes_;
  if (!waiting_.empty()) health.oldest_unwritten = now - waiting_.front().since;
  counts_.add_to(health);
}

}  // namespace trifle::stats::detail
