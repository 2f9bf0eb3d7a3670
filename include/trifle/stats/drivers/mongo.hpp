#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::drivers {

struct MongoOptions {
  /// The fields of a document that identify it; all programs that share the collection must agree.
  Identity identity = Identity::Full;

  /// Any name that MongoDB takes: not empty, UTF-8 without NUL and `$`, not "system.…", at most 200 bytes.
  std::string collection = "trifle_stats";

  /// Between the parts of a joined identifier; part of what is stored.
  std::string separator = "::";

  /// Write a batch in a transaction where the deployment has them: a replica set or a sharded cluster. A standalone
  /// server has none, and then, or with `false`, each row is written by itself; `Traits::atomicity` says which it is
  /// once the driver has connected.
  bool transactions = true;

  /// Count a batch once that is sent again because the connection was lost. In a transaction: keep the ids of the
  /// batches of the last day in `<collection>_batches`. Row by row: keep the ids of the last batches in each document,
  /// as `applied`. The family's other libraries look at neither.
  bool ledger = true;

  /// How many ids a document keeps where rows are written one by one: a row is counted once as long as fewer other
  /// batches reached it between two attempts. From 1 to 1000.
  std::size_t kept_ids = 32;

  /// How many members must have a write before it counts as written: "majority", a number from "1", or the name of a
  /// rule of the deployment. A `w` in the URL goes before it.
  std::string write_concern = "majority";

  /// By granularity ("1m"), "" for all that aren't named: how long a bucket is kept after its end, or, where it is
  /// written later than that, after its last write. From 1 second to 100 years. What isn't named is kept for ever.
  std::map<std::string, std::chrono::seconds> expire_after = {};

  /// How long to try to connect to one server. From 1 ms to one hour. `connectTimeoutMS` in the URL goes before it.
  std::chrono::milliseconds connect_timeout{10'000};

  /// How long a server may be silent while we wait for it. From 1 ms to one day. `socketTimeoutMS` in the URL goes
  /// before it.
  std::chrono::milliseconds reply_timeout{30'000};

  /// How long to look for a server that takes writes where there is none just now, as during an election. 0: ask each
  /// server once. Up to one hour. `serverSelectionTimeoutMS` in the URL goes before it.
  std::chrono::milliseconds selection_timeout{0};

  /// Connections for reading beside the one that writes, opened when needed. From 1 to 64.
  std::size_t max_readers = 4;
};

/// A MongoDB deployment by its connection string, "mongodb://user:password@host/database?tls=true" or
/// "mongodb+srv://…"; without a database it is "trifle_stats". Connects when first used. Throws InvalidArgument for a
/// wrong option and for anything in the URL that the client library would pass over; what it says never holds the
/// password. From the first one on, libmongoc's messages are kept from standard error; an application that wants them
/// sets its own handler afterwards.
Driver mongo(const std::string& url, MongoOptions options = {});

}  // namespace trifle::stats::drivers
