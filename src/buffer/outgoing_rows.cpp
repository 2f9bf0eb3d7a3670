#include "buffer/outgoing_rows.hpp"

#include <algorithm>
#include <utility>

namespace trifle::stats::detail {

OutgoingRows::OutgoingRows(Config config, std::shared_ptr<RowDriver> driver, Intake& intake, const Gate& gate)
    : config_(std::move(config)), intake_(intake), gate_(gate), driver_(std::move(driver)), outbox_(config_.outbox) {}

bool OutgoingRows::enough(std::size_t pending) const { return pending >= config_.options.size || intake_.half_full(); }

std::optional<OutgoingRows::Time> OutgoingRows::due_at(Time next_attempt) const {
  const auto pending = intake_.pending();
  // Threads that hold the same make room by being merged, even while nothing can be written.
  if (pending > 0 && gate_.has(Gate::Full)) return Time();
  if (queued_.load(std::memory_order_relaxed)) return next_attempt;
  if (pending == 0) return std::nullopt;
  if (enough(pending)) return next_attempt;
  const auto duration = std::chrono::duration_cast<Time::duration>(config_.options.duration);
  return std::max(next_attempt, intake_.first_at() + duration);
}

std::uint64_t OutgoingRows::unwritten() const {
  std::uint64_t sum = 0;
  intake_.count([&](std::uint64_t operations, std::uint64_t) { sum = operations + record_.operations(); });
  return sum == 0 && queued_.load(std::memory_order_relaxed) ? 1 : sum;
}

void OutgoingRows::add_to(Health& health) const {
  intake_.count([&](std::uint64_t operations, std::uint64_t entries) {
    health.queued_operations += operations;
    health.queued_entries += entries;
    const auto oldest = record_.add_to(health);
    if (health.queued_operations > 0) health.oldest_unwritten = config_.now() - oldest.value_or(intake_.first_at());
  });
  health.queued_rows += health.queued_entries * config_.outbox.merge.granularities.size();
  health.queued_bytes += intake_.held_bytes();
}

std::string OutgoingRows::told_full() const {
  return "the buffer is full: " + std::to_string(intake_.held_entries()) + " entries in " +
         std::to_string(intake_.held_bytes()) + " bytes are not written yet";
}

void OutgoingRows::collect() {
  auto taken = intake_.take([&](const Intake::Taken& all) { record_.taken(all.operations, all.entries); });
  if (!taken.merges.empty()) outbox_.take(taken.merges, taken.oldest);
  intake_.give_back(std::move(taken.merges));
  account(taken.entries, taken.bytes);
}

/// What the outbox holds has changed; the shards held this much that they don't any more.
void OutgoingRows::account(std::size_t drained_entries, std::size_t drained_bytes) {
  const auto entries = outbox_.entries();
  const auto bytes = outbox_.bytes();
  const auto more_entries = entries - std::exchange(outbox_entries_, entries) - drained_entries;
  const auto more_bytes = bytes - std::exchange(outbox_bytes_, bytes) - drained_bytes;
  queued_.store(!outbox_.empty(), std::memory_order_relaxed);
  intake_.held(static_cast<std::ptrdiff_t>(more_entries), static_cast<std::ptrdiff_t>(more_bytes));
  record_.publish(outbox_);
}

bool OutgoingRows::write_next(Time now, Notices& notices) {
  const bool wrote = outbox_.write_next(*driver_, now, notices);
  account();
  return wrote;
}

void OutgoingRows::give_up(Notices& notices) {
  outbox_.give_up(notices);
  account();
}

}  // namespace trifle::stats::detail
