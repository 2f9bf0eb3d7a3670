#pragma once

#include <vector>

#include <trifle/stats/drivers/mongo.hpp>

#include "driver/conflict_retry.hpp"
#include "drivers/mongo/batch_plan.hpp"
#include "drivers/mongo/options.hpp"
#include "drivers/mongo/session.hpp"
#include "drivers/mongo/statements.hpp"

namespace trifle::stats::detail::mongo {

/// Writes a batch row by row, where there are no transactions: each document is changed atomically and, with a ledger,
/// remembers the batch, so that the rest of a batch can be sent again. Owns nothing.
class RowWriter {
 public:
  RowWriter(const Collections& collections, const drivers::MongoOptions& options)
      : collections_(collections), options_(options) {}

  /// An error names the rows whose outcome isn't its own.
  void write(Session& session, BatchPlan& plan, ConflictRetry& conflicts) const;

 private:
  enum class State : unsigned char {
    Waiting,  ///< not applied, as far as is known
    Rewrite,  ///< not applied, and to be merged here
    Sent,     ///< nobody knows
    Applied,
    Refused,
  };

  /// A batch on its way.
  struct Progress {
    BatchPlan& plan;
    StatementStyle style;
    std::vector<State> states;
    std::vector<unsigned char> duplicates;  ///< how often the server met another document of the same identity
    std::vector<bool> open;                 ///< an attempt whose connection was lost may have applied it, or still may
    std::optional<Failure> unconfirmed = {};

    /// Whether nobody knows what became of a row.
    bool is_open(std::size_t i) const { return states[i] == State::Sent || (open[i] && !is_settled(i)); }
    bool is_settled(std::size_t i) const { return states[i] == State::Applied || states[i] == State::Refused; }
  };

  void round(Connection& connection, Progress& progress) const;
  void add_rows(Connection& connection, Progress& progress) const;
  void look_for_markers(Connection& connection, Progress& progress, const std::vector<std::size_t>& rows) const;
  void rewrite_row(Connection& connection, Progress& progress, std::size_t i) const;
  Reply send(Connection& connection, Progress& progress, const bson_t* command, std::size_t first, std::size_t count,
             const std::vector<std::size_t>& rows) const;
  [[noreturn]] void raise_parts(const Error& error, const Progress& progress) const;

  const Collections& collections_;
  const drivers::MongoOptions& options_;
};

}  // namespace trifle::stats::detail::mongo
