#pragma once

#include <string_view>

#include "drivers/postgres/round_trip.hpp"

namespace trifle::stats::detail::postgres {

/// The statements around a transaction, prepared when first needed.
class TransactionStatements {
 public:
  /// A lent connection keeps its settings; ours hold until the transaction's end.
  explicit TransactionStatements(const drivers::PostgresOptions& options);

  void begin(RoundTrip& trip, const Connection& connection);
  void commit(RoundTrip& trip) { trip.add(commit_, {}, true); }
  /// Instead of running it. A transaction without BEGIN is rolled back too, with a warning.
  void abandon(RoundTrip& trip) { trip.abandon(rollback_); }

 private:
  Statement begin_;
  Statement settings_;
  Statement commit_;
  Statement rollback_;
};

/// Leaves no transaction open behind: rolls back what wasn't committed.
class TransactionGuard {
 public:
  TransactionGuard(Connection& connection, std::string_view operation) noexcept
      : connection_(connection), operation_(operation) {}
  TransactionGuard(const TransactionGuard&) = delete;
  TransactionGuard& operator=(const TransactionGuard&) = delete;
  ~TransactionGuard();

 private:
  Connection& connection_;
  std::string_view operation_;
};

/// Throws where the server answered something else to COMMIT: it had to roll back.
void check_committed(const Result& result, std::string_view operation);

}  // namespace trifle::stats::detail::postgres
