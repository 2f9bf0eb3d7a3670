#include "drivers/postgres/ledger.hpp"

#include "drivers/postgres/statements.hpp"

namespace trifle::stats::detail::postgres {
namespace {

constexpr std::chrono::minutes kBetweenPrunings{10};

}  // namespace

Ledger::Ledger(const Table& table, Known known)
    : enter_(known == Known::Asked ? enter_batch(table) : insert_batch(table)),
      prune_(known == Known::Asked ? prune_batches(table) : prune_batches_unlocked(table)) {}

std::size_t Ledger::enter(RoundTrip& trip, const Rows::Id& id) {
  Parameters parameters;
  parameters.bytes(id);
  return trip.add(enter_, parameters);
}

void Ledger::prune(Connection& connection) {
  const auto now = std::chrono::steady_clock::now();
  if (pruned_at_ && now - *pruned_at_ < kBetweenPrunings) return;
  RoundTrip trip(connection, "write");
  trip.add(prune_);
  trip.run();
  pruned_at_ = now;
}

}  // namespace trifle::stats::detail::postgres
