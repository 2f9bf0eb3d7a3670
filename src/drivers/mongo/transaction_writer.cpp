#include "drivers/mongo/transaction_writer.hpp"

#include <mongoc/mongoc.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "drivers/mongo/data_merge.hpp"
#include "drivers/mongo/row_finder.hpp"
#include "drivers/mongo/write_errors.hpp"

namespace trifle::stats::detail::mongo {
namespace {

constexpr std::string_view kWrite = "write";

Failure of_row(std::int32_t code, std::string text) {
  return {.domain = MONGOC_ERROR_SERVER, .code = code, .text = std::move(text)};
}

}  // namespace

RowFault too_large(std::size_t bytes, std::size_t limit) {
  return {RowFault::Kind::Infinite,
          "it has become " + std::to_string(bytes) + " bytes, and a document may have " + std::to_string(limit)};
}

void TransactionWriter::write(Session& session, BatchPlan& plan) const {
  // With a row that can't be written nothing is, but all such rows are named: so they are looked at.
  bool rewrite = !plan.faults.empty();
  try {
    while (attempt(session.connection(kWrite), plan, rewrite) == Done::MustRewrite) rewrite = true;
  } catch (const Error& error) {
    if (error.outcome() != Outcome::Unknown || collections_.batches.empty()) throw;
    resolve(session, plan, error);
  }
}

TransactionWriter::Done TransactionWriter::attempt(Connection& connection, BatchPlan& plan, bool rewrite) const {
  if (plan.entries.empty() && plan.faults.empty()) return Done::Yes;
  Transaction transaction(connection, kWrite);
  if (!enter(connection, transaction, plan)) return Done::Yes;
  if (rewrite) {
    rewrite_all(connection, transaction, plan);
  } else if (!add_all(connection, transaction, plan)) {
    return Done::MustRewrite;
  }
  transaction.commit();
  return Done::Yes;
}

/// Enters the batch's id; false where it is known from before.
bool TransactionWriter::enter(Connection& connection, const Transaction& transaction, const BatchPlan& plan) const {
  if (collections_.batches.empty()) return true;
  Document command;
  add(command.get(), "insert", collections_.batches);
  {
    Within documents(command.get(), "documents", Within::Kind::Array);
    Within entry(documents.get(), "0");
    add_bytes(entry.get(), "_id", plan.id.data(), plan.id.size());
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    add_date(entry.get(), "at", now.time_since_epoch().count());
  }
  const auto reply = connection.run(command.get(), transaction.opts(), Phase::Transaction, kWrite);
  bool known = false;
  for_each_write_error(reply.document, [&](std::size_t, std::int32_t code, std::string text) {
    if (row_verdict(code) != RowVerdict::Duplicate)
      connection.fail(of_row(code, std::move(text)), Phase::Transaction, kWrite);
    known = true;
  });
  return !known;
}

/// False where some row can't be added to in the server; the transaction is of no more use then.
bool TransactionWriter::add_all(Connection& connection, const Transaction& transaction, const BatchPlan& plan) const {
  bool done = true;
  in_commands(
      collections_.rows, true, plan.entries.size(), [&](std::size_t i) { return add_to_row(style_, plan.entries[i]); },
      [&](const bson_t* command, std::size_t, std::size_t) {
        if (!done) return;
        const auto reply = connection.run(command, transaction.opts(), Phase::Transaction, kWrite);
        for_each_write_error(reply.document, [&](std::size_t, std::int32_t code, std::string text) {
          const auto found = row_verdict(code);
          if (found == RowVerdict::Again || found == RowVerdict::Other)
            connection.fail(of_row(code, std::move(text)), Phase::Transaction, kWrite);
          done = false;
        });
      });
  return done;
}

/// Reads all rows, adds here, and writes what they become; the transaction sees to it that nobody changes them between.
void TransactionWriter::rewrite_all(Connection& connection, const Transaction& transaction, BatchPlan& plan) const {
  std::vector<std::optional<Document>> data(plan.entries.size());
  const auto merge = [&](std::size_t i, const bson_iter_t* stored) {
    auto fault = merge_data(stored, *plan.entries[i].row, data[i].emplace().get());
    if (!fault && data[i]->size() + kAroundData > connection.max_document())
      fault = too_large(data[i]->size(), connection.max_document());
    if (fault) plan.faults.add(*plan.entries[i].row, std::move(*fault));
  };
  const RowFinder finder{connection, collections_.rows, style_.identity, kWrite};
  finder.find(plan.entries, nullptr, transaction.opts(), Phase::Transaction,
              [&](std::size_t i, const bson_t& document) {
                bson_iter_t stored;
                merge(i, mongo::find(stored, &document, "data") ? &stored : nullptr);
              });
  for (std::size_t i = 0; i < data.size(); ++i)
    if (!data[i]) merge(i, nullptr);
  if (!plan.faults.empty()) plan.faults.raise(kBackend);

  in_commands(
      collections_.rows, true, plan.entries.size(),
      [&](std::size_t i) { return replace_data(style_, plan.entries[i], nullptr, *data[i]); },
      [&](const bson_t* command, std::size_t first, std::size_t) {
        const auto reply = connection.run(command, transaction.opts(), Phase::Transaction, kWrite);
        for_each_write_error(reply.document, [&](std::size_t i, std::int32_t code, std::string text) {
          switch (row_verdict(code)) {
            case RowVerdict::Rewrite:
            case RowVerdict::Refused:
              plan.faults.add(*plan.entries[first + i].row, {RowFault::Kind::Infinite, std::move(text)});
              plan.faults.raise(kBackend);
            case RowVerdict::Duplicate:
            case RowVerdict::Again: {
              auto failure = of_row(code, std::move(text));
              failure.transient = true;
              connection.fail(failure, Phase::Transaction, kWrite);
            }
            case RowVerdict::Other:
              connection.fail(of_row(code, std::move(text)), Phase::Transaction, kWrite);
          }
        });
      });
}

bool TransactionWriter::ledger_has(Connection& connection, const Rows::Id& id) const {
  Document filter;
  add_bytes(filter.get(), "_id", id.data(), id.size());
  bool found = false;
  connection.find(collections_.batches, filter.get(), nullptr, Phase::Ask, kWrite,
                  [&](const bson_t&) { found = true; });
  return found;
}

/// Asks the ledger what became of a commit. The transaction is ended first, so that it can't be committed any more.
void TransactionWriter::resolve(Session& session, const BatchPlan& plan, const Error& error) const {
  std::optional<bool> applied;
  try {
    auto& connection = session.connection(kWrite);
    const bool ended = !session.abandoned_some();
    if (ledger_has(connection, plan.id)) {
      applied = true;
    } else if (ended) {
      applied = false;
    }
  } catch (const Error&) {
    // Nobody is there to ask. The buffer sends the batch again, under its id.
  }
  if (!applied) throw;  // what this was called for
  if (*applied) return;
  const Verdict lost{
      error.code(), Outcome::NotApplied, true, false, false, "the connection was lost before the batch was committed"};
  raise(lost, details(kWrite, {.code = error.native_code(), .text = error.native_text()}, lost));
}

}  // namespace trifle::stats::detail::mongo
