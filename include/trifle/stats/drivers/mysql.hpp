#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <trifle/stats/driver.hpp>
#include <trifle/stats/drivers/tls.hpp>

struct st_mysql;  // Connector/C's MYSQL, for those who lend one

namespace trifle::stats::drivers {

/// Where a MySQL or MariaDB server is, and who asks. No option file and no environment variable is read.
struct MysqlServer {
  std::string host = "127.0.0.1";  ///< "localhost" means the Unix socket, as in every client of these servers
  std::uint16_t port = 3306;
  std::string socket = {};  ///< path of a Unix socket; then host and port don't matter
  std::string user = {};
  std::string password = {};  ///< never part of an error
  std::string database = {};
  Tls tls = Tls::Prefer;
  std::string ca_file = {};           ///< trusted authorities (PEM); `VerifyCa` needs it
  std::string certificate_file = {};  ///< of the client, where the server asks for one
  std::string key_file = {};
};

struct MysqlOptions {
  /// The columns of the table; all programs that share it must agree.
  Identity identity = Identity::Full;

  /// Any name; it is quoted. NUL, invalid UTF-8, an empty name, a space at its end, characters beyond U+FFFF and more
  /// than 64 characters are refused: the servers can't have them.
  std::string table = "trifle_stats";

  /// The table of `beam` and `scan`; empty: `<table>_ping`, as the family names it.
  std::string status_table = {};

  /// Between the parts of a joined identifier; part of what is stored.
  std::string separator = "::";

  /// How long to try to connect, rounded up to whole seconds by the client library. From 1 ms to one hour.
  std::chrono::milliseconds connect_timeout{10'000};

  /// How long one statement may take, waiting for other programs' locks included. A server that says nothing at all is
  /// given up two seconds later. From 1 ms to one day.
  std::chrono::milliseconds statement_timeout{30'000};

  /// Keep the ids of the batches of the last day in `<table>_batches`, so that a batch that is sent again, because
  /// the connection was lost during its commit, is counted once. The family's other libraries never look at that table.
  bool ledger = true;

  /// Where Connector/C finds its authentication plugins; empty: where it was built to look.
  std::string plugin_dir = {};

  /// Connections for reading beside the one that writes, opened when needed. From 1 to 64.
  std::size_t max_readers = 4;
};

/// A server of its own connections, by a URL "mysql://user:password@host:port/database?tls=verify-full&ca=/ca.pem".
/// Parts are percent-encoded; the parameters are tls (off, prefer, require, verify-ca, verify-full), ca, cert, key and
/// socket. Connects when first used. Throws InvalidArgument for a wrong option or URL; what it says never holds the
/// password.
Driver mysql(const std::string& url, MysqlOptions options = {});

/// The same, in fields.
Driver mysql(MysqlServer server, MysqlOptions options = {});

/// A connection that the application lends and that must outlive the `Stats`; its character set must be utf8mb4. It is
/// never closed, and what a call changes of its session is put back. Every call must come from the thread that makes
/// this one, and a write is refused while the application has a transaction open on it, for our rows would go with its
/// rollback. Options of connecting are ignored. Throws InvalidArgument for a null pointer or a wrong option.
Driver mysql(st_mysql* lent, MysqlOptions options = {});

}  // namespace trifle::stats::drivers
