#pragma once

#include <trifle/stats/drivers/mongo.hpp>

#include "drivers/mongo/batch_plan.hpp"
#include "drivers/mongo/options.hpp"
#include "drivers/mongo/session.hpp"
#include "drivers/mongo/statements.hpp"
#include "drivers/mongo/transaction.hpp"

namespace trifle::stats::detail::mongo {

/// Writes a batch in a transaction, with its id: all of it or nothing, and once. Owns nothing.
class TransactionWriter {
 public:
  TransactionWriter(const Collections& collections, const drivers::MongoOptions& options)
      : collections_(collections), style_{.identity = options.identity, .compare = false} {}

  /// Once: a connection that `conflicted` asks for another try. Where the connection died during commit, the ledger is
  /// asked over another.
  void write(Session& session, BatchPlan& plan) const;

 private:
  enum class Done { Yes, MustRewrite };

  Done attempt(Connection& connection, BatchPlan& plan, bool rewrite) const;
  bool enter(Connection& connection, const Transaction& transaction, const BatchPlan& plan) const;
  bool add_all(Connection& connection, const Transaction& transaction, const BatchPlan& plan) const;
  void rewrite_all(Connection& connection, const Transaction& transaction, BatchPlan& plan) const;
  bool ledger_has(Connection& connection, const Rows::Id& id) const;
  void resolve(Session& session, const BatchPlan& plan, const Error& error) const;

  const Collections& collections_;
  const StatementStyle style_;
};

/// What is told of a document that has grown past the server's limit.
RowFault too_large(std::size_t bytes, std::size_t limit);

}  // namespace trifle::stats::detail::mongo
