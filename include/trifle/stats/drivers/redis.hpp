#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::drivers {

struct RedisOptions {
  /// What every name of ours begins with; the family's default. UTF-8 without NUL; may be empty.
  std::string prefix = "trfl";

  /// Between the parts of a name; part of what is stored.
  std::string separator = "::";

  /// How long to try to connect. From 1 ms to one hour.
  std::chrono::milliseconds connect_timeout{5'000};

  /// How long the server may be silent while we wait for it. From 1 ms to one day.
  std::chrono::milliseconds reply_timeout{30'000};

  /// Keep the id of each batch for a day as a key "<prefix>_batches<separator><id>", so that a batch that is sent again
  /// because the connection was lost is counted once, and so that a lost reply can be asked for.
  bool ledger = true;

  /// By granularity ("1m"): how long a bucket is kept after its end, or, where it is written later than that, after its
  /// last write. From 1 second to 100 years. What isn't named is kept for ever, as the family does.
  std::map<std::string, std::chrono::seconds> expire_after = {};

  /// How many replicas must have a batch before it counts as written; 0: replication is left to itself, and a failover
  /// takes what it had not copied. Where fewer have it in time the outcome is Unknown, and the batch is sent again
  /// under its id, which needs the ledger. From 0 to 100.
  int wait_replicas = 0;

  /// How long to wait for them. From 1 ms to `reply_timeout`.
  std::chrono::milliseconds wait_timeout{1'000};

  /// Connections for reading beside the one that writes, opened when needed. From 1 to 64.
  std::size_t max_readers = 4;
};

/// Where the server is.
struct RedisServer {
  std::string host = "localhost";
  std::uint16_t port = 6379;
  std::string unix_socket = {};  ///< its path; host and port aren't used then
  std::string user = {};         ///< empty: the default user
  std::string password = {};     ///< never part of an error
  int database = 0;

  /// Nodes of a cluster, as "host:port" or "[address]:port": the others are found by any of these. What is above says
  /// how to log in; host, port and unix_socket aren't used, and the database is 0.
  std::vector<std::string> cluster = {};
};

/// A Redis or Valkey server, by a URL: "redis://user:password@host:6379/0" or
/// "unix://user:password@/run/redis.sock?db=0"; or a cluster, by one node or some:
/// "redis+cluster://user:password@host:6379,another:6379". In a cluster a batch is atomic per slot only, which the
/// traits say (Atomicity::Row), and a failure names the rows that fared otherwise than the rest. Connects when first
/// used. Throws InvalidArgument for a wrong option or URL; what it says never holds the password. "rediss://" is
/// refused: the client library has no TLS.
Driver redis(const std::string& url, RedisOptions options = {});

/// The same, in fields.
Driver redis(RedisServer server, RedisOptions options = {});

}  // namespace trifle::stats::drivers
