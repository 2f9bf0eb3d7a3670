#include "drivers/postgres/transaction.hpp"

#include <string>

namespace trifle::stats::detail::postgres {
namespace {

std::string local_settings(const drivers::PostgresOptions& options) {
  const auto timeout = std::to_string(options.statement_timeout.count());
  return "SELECT set_config('statement_timeout', '" + timeout +
         "', true), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
         "set_config('enable_mergejoin', 'off', true), set_config('extra_float_digits', '1', true)";
}

}  // namespace

TransactionStatements::TransactionStatements(const drivers::PostgresOptions& options)
    : begin_("BEGIN ISOLATION LEVEL READ COMMITTED"),
      settings_(local_settings(options)),
      commit_("COMMIT"),
      rollback_("ROLLBACK") {}

void TransactionStatements::begin(RoundTrip& trip, const Connection& connection) {
  trip.add(begin_);
  if (connection.is_lent()) trip.add(settings_);
}

TransactionGuard::~TransactionGuard() {
  if (!connection_.is_alive() || !connection_.in_transaction()) return;
  try {
    connection_.execute("ROLLBACK", operation_);
  } catch (const Error&) {
    connection_.give_up();
  }
}

void check_committed(const Result& result, std::string_view operation) {
  if (result.command() == "COMMIT") return;
  raise("25P02", "COMMIT was answered with " + std::string(result.command()), Phase::Statement, operation);
}

}  // namespace trifle::stats::detail::postgres
