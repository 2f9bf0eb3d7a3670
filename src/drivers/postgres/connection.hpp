#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <trifle/stats/drivers/postgres.hpp>

#include "driver/sessions.hpp"
#include "drivers/postgres/failure.hpp"

struct pg_result;

namespace trifle::stats::detail::postgres {

/// How a server is found: keywords of libpq and their values, in the order in which they override each other.
using Address = std::vector<std::pair<std::string, std::string>>;

/// What the server answered to one statement, in binary.
class Result {
 public:
  explicit Result(pg_result* result) noexcept : result_(result) {}

  pg_result* get() const noexcept { return result_.get(); }
  int rows() const noexcept;
  int columns() const noexcept;
  bool is_null(int row, int column) const noexcept;
  std::string_view value(int row, int column) const noexcept;
  std::string_view command() const noexcept;  ///< "COMMIT", "UPDATE 3"

 private:
  struct Clear {
    void operator()(pg_result* result) const noexcept;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

/// A connection to a server, ours or lent. Waits no longer than its options say. Not for two threads at once.
class Connection {
 public:
  /// Connects, and sets what our statements rely on. A server that is starting up or has too many connections is asked
  /// again until the time to connect is over.
  static Connection open(const Address& address, const drivers::PostgresOptions& options);

  /// Uses the application's as it is, and never closes it.
  static Connection borrow(pg_conn* lent, const drivers::PostgresOptions& options);

  pg_conn* get() const noexcept { return connection_.get(); }
  bool is_lent() const noexcept { return lent_; }
  bool in_transaction() const noexcept;

  /// False once the server is known to be gone.
  bool is_alive() const noexcept;

  /// Throws where the server has ended the connection meanwhile: then nothing was asked of it.
  void check_open(std::string_view operation);

  /// Waits until everything queued is sent, then until a result is there. Null: the end of a statement's results.
  void flush(Phase phase, std::string_view operation);
  Result next(Phase phase, std::string_view operation);

  /// Runs statements without parameters and rows, and throws away what they say.
  void execute(const char* sql, std::string_view operation);

  /// Throws what the server said of a result that is an error. `phase` counts where the connection ended without the
  /// server's word, `said` where there is one.
  [[noreturn]] void fail(const Result& result, Phase phase, Phase said, std::string_view operation);

  /// Nothing that the server says from now on is ours to hear.
  void give_up() noexcept { given_up_ = true; }

  /// Forgets the connection without a word to the server: it is another process's.
  void abandon() noexcept;

 private:
  struct Finish {
    bool owned;
    void operator()(pg_conn* connection) const noexcept;
  };
  using Handle = std::unique_ptr<pg_conn, Finish>;
  using Clock = std::chrono::steady_clock;

  Connection(Handle connection, bool lent, std::chrono::milliseconds patience) noexcept
      : connection_(std::move(connection)), lent_(lent), patience_(patience) {}

  static Connection connect(const Address& address, const drivers::PostgresOptions& options, Clock::time_point end);
  [[noreturn]] void lost(Phase phase, std::string_view operation);

  Handle connection_;
  bool lent_;
  std::chrono::milliseconds patience_;  // with one answer
  bool given_up_ = false;
};

/// Within it a lent connection doesn't block, as ours never do.
class Unblocked {
 public:
  explicit Unblocked(Connection& connection);
  Unblocked(const Unblocked&) = delete;
  Unblocked& operator=(const Unblocked&) = delete;
  ~Unblocked();

 private:
  Connection& connection_;
  bool was_blocking_;
};

}  // namespace trifle::stats::detail::postgres
