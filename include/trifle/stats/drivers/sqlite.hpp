#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <trifle/stats/driver.hpp>

struct sqlite3;  // SQLite's own handle, for those who lend one

namespace trifle::stats::drivers {

struct SqliteOptions {
  enum class Open { CreateIfMissing, MustExist, ReadOnly };
  enum class Journal { Wal, Delete, Keep };
  enum class Synchronous { Off, Normal, Full };

  /// The columns of the table; all programs that share it must agree.
  Identity identity = Identity::Full;

  /// Any name; it is quoted. NUL, invalid UTF-8 and an empty name are refused.
  std::string table = "trifle_stats";

  /// The table of `beam` and `scan`; empty: `<table>_ping`, as the family names it.
  std::string status_table = {};

  /// Between the parts of a joined identifier; part of what is stored.
  std::string separator = "::";

  Open open = Open::CreateIfMissing;

  /// WAL: readers don't wait for the writer, one fsync less per commit. `Keep` leaves what the file has. A file system
  /// without shared memory needs Delete.
  Journal journal = Journal::Wal;

  /// Normal in WAL: a killed process loses nothing that was acknowledged, a power cut may lose the last commits but
  /// never breaks the file. Full also survives the power cut, at one fsync per commit.
  Synchronous synchronous = Synchronous::Normal;

  /// How long a call waits for another process's lock before it throws TimeoutError. From 0 to one day.
  std::chrono::milliseconds busy_timeout{5000};

  /// Pages in the WAL before it is copied back; 8000 makes inserts up to 30 % faster and the WAL up to 32 MB large.
  int wal_autocheckpoint = 1000;

  /// Keep the ids of the batches of the last day in `<table>_batches`, so that a batch is known again where SQLite
  /// couldn't say whether its commit reached the disk (an I/O error of the file system, the only such case). It costs
  /// one small row more per batch; the family's other libraries never look at that table.
  bool ledger = false;

  /// Connections for reading beside the one that writes, opened when needed. From 1 to 64.
  std::size_t max_readers = 4;
};

/// A file of its own, opened here; ":memory:" is a private database that lives as long as the `Stats`.
/// Throws InvalidArgument for a wrong option, ConnectionError where the file can't be opened, CorruptData where it is
/// not a database.
Driver sqlite(const std::string& path, SqliteOptions options = {});

/// A connection that the application lends and that must outlive the `Stats`. It is used as it is: no pragma is set and
/// it is never closed; it gets to know two SQL functions of ours, `trifle_stats_merge` and `trifle_stats_batch`. Every
/// call must come from the thread that makes this one, and a write is refused while the application has a transaction
/// open on it, for our rows would go with its rollback. `path`-related options are ignored. Throws InvalidArgument for
/// a null pointer or a wrong option.
Driver sqlite(sqlite3* lent, SqliteOptions options = {});

}  // namespace trifle::stats::drivers
