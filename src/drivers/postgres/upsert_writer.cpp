#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "drivers/postgres/batch_arrays.hpp"
#include "drivers/postgres/exact_digits.hpp"
#include "drivers/postgres/ledger.hpp"
#include "drivers/postgres/statements.hpp"
#include "drivers/postgres/transaction.hpp"
#include "drivers/postgres/writer.hpp"

namespace trifle::stats::detail::postgres {
namespace {

constexpr std::string_view kWrite = "write";

class UpsertWriter final : public Writer {
 public:
  UpsertWriter(Connection& connection, const Table& table, const drivers::PostgresOptions& options)
      : connection_(connection),
        table_(table),
        transactions_(options),
        increment_(increment_rows(table)),
        set_(set_rows(table)),
        find_(find_rows(table)) {
    if (!table.ledger_name.empty()) ledger_.emplace(table, Ledger::Known::Refused);
  }

  void write(const Rows& rows) override {
    if (ledger_) ledger_->prune(connection_);
    if (is_infinite(rows)) explain(rows);
    const TransactionGuard guard(connection_, kWrite);
    try {
      apply(rows);
    } catch (const StorageError& error) {
      if (error.native_code() != kOutOfRange) throw;
      connection_.execute("ROLLBACK", kWrite);
      explain(rows);
    }
  }

 private:
  static constexpr int kOutOfRange = native_code("22003");

  /// All in one round trip.
  void apply(const Rows& rows) {
    RoundTrip trip(connection_, kWrite);
    transactions_.begin(trip, connection_);
    const std::size_t entry = connection_.is_lent() ? 2 : 1;
    if (ledger_) ledger_->enter(trip, rows.id());
    trip.add(increment_, arrays_of(rows, &Row::increments));
    trip.add(set_, arrays_of(rows, &Row::sets));
    transactions_.commit(trip);
    try {
      check_committed(trip.run().back(), kWrite);
    } catch (const StorageError& error) {
      const bool known = ledger_ && trip.failed_at() == entry && error.native_code() == native_code("23505");
      if (!known) throw;  // else it was written before
    }
  }

  std::vector<Parameters> arrays_of(const Rows& rows, std::span<const Field> Row::*fields) {
    BatchArrays arrays(table_);
    for (const auto& row : rows.rows()) {
      if ((row.*fields).empty()) continue;
      write_row(row.*fields, {}, text_);
      write_all_digits(text_);
      arrays.add(row, text_);
    }
    return std::move(arrays).finish();
  }

  /// Whether the batch holds what can't be written, whatever is stored.
  bool is_infinite(const Rows& rows) {
    return std::any_of(rows.rows().begin(), rows.rows().end(),
                       [&](const Row& row) { return change_row(std::nullopt, row, text_).has_value(); });
  }

  /// Names the rows that make a sum which no double can hold; the server doesn't say which they are.
  [[noreturn]] void explain(const Rows& rows) {
    BatchArrays identities(table_);
    for (const auto& row : rows.rows()) identities.add(row);
    RoundTrip trip(connection_, kWrite);
    trip.add(find_, std::move(identities).finish());
    const auto results = trip.run();
    std::vector<std::optional<std::string_view>> stored(rows.rows().size());
    for (std::size_t piece = 0; piece < results.size(); ++piece) {
      const auto& result = results[piece];
      for (int i = 0; i < result.rows(); ++i) {
        const auto row = piece * kRowsOfAStatement + static_cast<std::size_t>(read_int8(result.value(i, 0))) - 1;
        stored[row] = read_jsonb(result.value(i, 1));
      }
    }
    RowFaults faults;
    for (std::size_t i = 0; i < stored.size(); ++i)
      if (auto fault = change_row(stored[i], rows.rows()[i], text_)) faults.add(rows.rows()[i], std::move(*fault));
    if (!faults.empty()) faults.raise(kBackend);
    raise("40001", "a row that couldn't be added to has changed meanwhile", Phase::Statement, kWrite);
  }

  Connection& connection_;
  const Table& table_;
  TransactionStatements transactions_;
  Statement increment_;
  Statement set_;
  Statement find_;
  std::optional<Ledger> ledger_;
  std::string text_;  // kept for its memory
};

}  // namespace

std::unique_ptr<Writer> make_upsert_writer(Connection& connection, const Table& table,
                                           const drivers::PostgresOptions& options) {
  return std::make_unique<UpsertWriter>(connection, table, options);
}

}  // namespace trifle::stats::detail::postgres
