#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/postgres/connection.hpp"
#include "drivers/postgres/parameters.hpp"

namespace trifle::stats::detail::postgres {

/// A statement that is constant, and prepared on a connection on its way to its first use.
class Statement {
 public:
  Statement() = default;
  explicit Statement(std::string sql);

 private:
  friend class RoundTrip;
  friend class RowStream;
  std::string name_;  // no other of this process has it: a lent connection may serve several
  std::string sql_;
  bool prepared_ = false;
};

/// Statements that are sent together and answered together.
class RoundTrip {
 public:
  RoundTrip(Connection& connection, std::string_view operation);
  RoundTrip(const RoundTrip&) = delete;
  RoundTrip& operator=(const RoundTrip&) = delete;
  ~RoundTrip();

  /// Queues a statement, and returns the place of its result. `commits`: from when it is sent on, a connection that is
  /// lost may have committed.
  std::size_t add(Statement& statement, const Parameters& parameters = {}, bool commits = false);

  /// One run for each.
  void add(Statement& statement, const std::vector<Parameters>& runs) {
    for (const auto& parameters : runs) add(statement, parameters);
  }

  /// Says that the statements have no BEGIN: the server runs them as one transaction, and commits at their end.
  void commit_at_end() noexcept { commits_ = true; }

  /// Queues the preparation of a statement only.
  void prepare(Statement& statement);

  /// Sends what is queued: the server works on it while more is added.
  void push() { connection_.flush(Phase::Statement, operation_); }

  /// Sends all and waits for all. Throws what the first that failed says, after which the others weren't run.
  std::vector<Result> run();

  /// Instead of `run`, where what was added is not to be: takes it back with `rollback`, whatever the server says.
  void abandon(Statement& rollback);

  /// The place of the statement that failed, in the order of `add`.
  std::size_t failed_at() const noexcept { return failed_at_; }

 private:
  /// One message to the server that it answers.
  struct Queued {
    Statement* prepares = nullptr;  // null: it runs
    bool commits = false;
  };
  void sent(bool succeeded);
  std::vector<Result> take_all(Phase phase);
  void take_end(Phase phase);
  std::optional<Result> take(const Queued& queued, Phase phase);

  Connection& connection_;
  const std::string operation_;
  const Unblocked unblocked_;
  std::vector<Queued> queued_;
  std::size_t added_ = 0;
  bool commits_ = false;
  std::optional<Result> failed_;
  Phase failed_in_ = Phase::Statement;
  std::size_t failed_at_ = 0;
};

/// A statement whose rows are handed out one by one, as they come.
class RowStream {
 public:
  RowStream(Connection& connection, std::string_view operation, Statement& statement, const Parameters& parameters);
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;
  /// What wasn't taken is read and thrown away.
  ~RowStream();

  /// The next row, as row 0 of a result; null at the end.
  const Result* next();

 private:
  Connection& connection_;
  const std::string operation_;
  const Unblocked unblocked_;
  Result row_{nullptr};
  bool at_end_ = false;
};

}  // namespace trifle::stats::detail::postgres
