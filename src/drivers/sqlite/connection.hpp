#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <trifle/stats/drivers/sqlite.hpp>

#include "driver/sessions.hpp"
#include "drivers/sqlite/statement.hpp"

namespace trifle::stats::detail::sqlite {

/// A SQLite connection, ours or lent. Not for two threads at once.
class Connection {
 public:
  /// Opens a file, or ":memory:". Only `Use::Write` may create the file or change its journal mode.
  static Connection open(const std::string& path, const drivers::SqliteOptions& options, Use use);

  /// Uses the application's as it is, and never closes it.
  static Connection borrow(sqlite3* lent) noexcept;

  sqlite3* get() const noexcept { return db_.get(); }
  bool in_transaction() const noexcept;

  /// Runs statements without rows and parameters.
  void execute(const char* sql, std::string_view operation);

 private:
  using Handle = std::unique_ptr<sqlite3, void (*)(sqlite3*)>;
  explicit Connection(Handle db) noexcept : db_(std::move(db)) {}

  void set_journal(const drivers::SqliteOptions& options);

  Handle db_;
};

/// BEGIN IMMEDIATE, COMMIT and ROLLBACK, prepared once per connection.
/// Immediate, because a transaction that reads first and writes later fails at once when somebody wrote in between.
class TransactionStatements {
 public:
  explicit TransactionStatements(sqlite3* db);

 private:
  friend class Transaction;
  Statement begin_;
  Statement commit_;
};

/// One write transaction; whatever way its scope is left without `commit`, it is rolled back.
class Transaction {
 public:
  Transaction(Connection& connection, TransactionStatements& statements, std::string_view operation);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void commit();

 private:
  Connection& connection_;
  TransactionStatements& statements_;
  std::string_view operation_;
};

}  // namespace trifle::stats::detail::sqlite
