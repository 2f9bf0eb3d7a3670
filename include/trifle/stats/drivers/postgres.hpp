#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <trifle/stats/driver.hpp>
#include <trifle/stats/drivers/tls.hpp>

struct pg_conn;  // libpq's own connection, PGconn, for those who lend one

namespace trifle::stats::drivers {

struct PostgresOptions {
  /// What the server behind the connection is.
  enum class Engine {
    Postgres,  ///< PostgreSQL 12 or newer
    Citus,     ///< tables distributed by `key`: only statements that Citus routes to its shards, see the page
  };

  /// The columns of the table; all programs that share it must agree.
  Identity identity = Identity::Full;

  /// Any name; it is quoted, and found by the connection's search_path. NUL, invalid UTF-8, an empty name and one
  /// longer than 63 bytes are refused.
  std::string table = "trifle_stats";

  /// The table of `beam` and `scan`; empty: `<table>_ping`, as the family names it.
  std::string status_table = {};

  /// Between the parts of a joined identifier; part of what is stored.
  std::string separator = "::";

  Engine engine = Engine::Postgres;

  /// How long to try to connect, all addresses of the server together. From 1 ms to one hour.
  std::chrono::milliseconds connect_timeout{10'000};

  /// How long one statement may take, waiting for other programs' locks included. From 1 ms to one day.
  std::chrono::milliseconds statement_timeout{30'000};

  /// Keep the ids of the batches of the last day in `<table>_batches`, so that a batch that is sent again, because
  /// the connection was lost during its commit, is counted once. The family's other libraries never look at that table.
  bool ledger = true;

  /// Connections for reading beside the one that writes, opened when needed. From 1 to 64.
  std::size_t max_readers = 4;
};

/// Where the server is. What is empty here libpq takes from its own environment (PGPASSFILE, PGHOST, …) and defaults.
struct PostgresServer {
  std::string host = {};  ///< a name, an address, or the folder of a Unix socket
  std::uint16_t port = 5432;
  std::string user = {};
  std::string password = {};  ///< never part of an error
  std::string database = {};
  Tls tls = Tls::Prefer;
  std::string ca_file = {};           ///< trusted authorities (PEM); empty: libpq's own, ~/.postgresql/root.crt
  std::string certificate_file = {};  ///< of the client, where the server asks for one
  std::string key_file = {};
};

/// A server of its own connections, by a URL "postgresql://user:password@host:port/database?sslmode=verify-full" or
/// anything else that libpq takes as a connection string. Connects when first used. Throws InvalidArgument for a wrong
/// option or a URL that libpq can't read; what it says never holds the password.
Driver postgres(const std::string& url, PostgresOptions options = {});

/// The same, in fields.
Driver postgres(PostgresServer server, PostgresOptions options = {});

/// A connection that the application lends and that must outlive the `Stats`. Its session is left as it is: settings
/// hold for our transactions only, and it is never closed. Every call must come from the thread that makes this one,
/// and a write is refused while the application has a transaction open on it, for our rows would go with its rollback.
/// Its client_encoding must be UTF8. Throws InvalidArgument for a null pointer or a wrong option.
Driver postgres(pg_conn* lent, PostgresOptions options = {});

}  // namespace trifle::stats::drivers
