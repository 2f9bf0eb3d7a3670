#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <trifle/stats/drivers/mysql.hpp>

#include "driver/sessions.hpp"
#include "drivers/mysql/failure.hpp"

namespace trifle::stats::detail::mysql {

/// A connection to a server, ours or lent. Not for two threads at once.
class Connection {
 public:
  /// Connects, refuses what is not as secure as was asked for, and sets the session so that nothing odd in the server's
  /// configuration reaches us. A session for writing has no autocommit: its transactions need no BEGIN.
  static Connection open(const drivers::MysqlServer& server, const drivers::MysqlOptions& options, Use use);

  /// Uses the application's. Throws InvalidArgument where its character set is not utf8mb4.
  static Connection borrow(st_mysql* lent);

  st_mysql* get() const noexcept { return db_.get(); }
  bool is_lent() const noexcept { return lent_; }

  /// By what the server says of its version: "10.11.19-MariaDB", "9.7.4".
  bool is_mariadb() const noexcept { return is_mariadb_; }
  /// Whether it takes many rows of parameters for one prepared statement.
  bool takes_arrays() const noexcept { return takes_arrays_; }
  /// The largest statement or row, in bytes.
  std::size_t max_packet() const noexcept { return max_packet_; }

  /// Whether a transaction is open, as the server last said.
  bool in_transaction() const noexcept;

  /// Runs one statement without rows and parameters.
  void execute(std::string_view sql, std::string_view operation);

  /// Runs a query of one row and one value, as text; empty where there is none.
  std::string ask(std::string_view sql, std::string_view operation);

  /// Rows that the last `execute` changed.
  std::uint64_t affected_rows() const noexcept;

  void commit(std::string_view operation);
  /// Runs a statement and COMMIT in one round trip; the second only if the first succeeded. Returns false, with nothing
  /// committed, where the first met a duplicate key.
  bool execute_and_commit(const std::string& sql, std::string_view operation);

  /// Leaves no transaction open, or the connection marked as broken. Never throws: it follows a failure.
  void rollback() noexcept;
  bool is_broken() const noexcept { return broken_; }

 private:
  using Handle = std::unique_ptr<st_mysql, void (*)(st_mysql*)>;
  Connection(Handle db, bool lent);

  static void prepare_library();
  void set_session(const drivers::MysqlOptions& options, Use use);
  void look_around();
  void send(std::string_view sql, Phase phase, std::string_view operation);
  [[noreturn]] void raise_failed(Phase phase, std::string_view operation) const;

  Handle db_;
  bool lent_ = false;
  bool broken_ = false;
  bool is_mariadb_ = false;
  bool takes_arrays_ = false;
  std::size_t max_packet_ = 0;
};

/// What must be different in a session that is lent, for the time of one call: the mode that refuses what it can't
/// store as it is, and no limit to a result. Of our own session nothing needs to be said.
class LentSettings {
 public:
  LentSettings(Connection& connection, std::string_view operation);
  LentSettings(const LentSettings&) = delete;
  LentSettings& operator=(const LentSettings&) = delete;
  ~LentSettings();

 private:
  Connection& connection_;
  bool was_in_transaction_ = false;
  std::string put_back_;
};

/// One write transaction; whatever way its scope is left without `commit`, it is rolled back.
class Transaction {
 public:
  Transaction(Connection& connection, std::string_view operation);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void commit();
  /// Commits with a statement before it, see Connection::execute_and_commit.
  bool commit_with(const std::string& sql);

 private:
  Connection& connection_;
  std::string_view operation_;
  bool done_ = false;
};

}  // namespace trifle::stats::detail::mysql
