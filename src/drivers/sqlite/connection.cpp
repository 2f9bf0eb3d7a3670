#include "drivers/sqlite/connection.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "drivers/sqlite/failure.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

using Options = drivers::SqliteOptions;

constexpr std::string_view kOpen = "open";

int open_flags(const Options& options, Use use) {
  // Each connection is behind a lock of ours, so SQLite's own would only cost.
  constexpr int kFlags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  if (options.open == Options::Open::ReadOnly) return kFlags | SQLITE_OPEN_READONLY;
  // A reader too: of a file in WAL mode it may have to write the shared memory.
  const bool create = options.open == Options::Open::CreateIfMissing && use == Use::Write;
  return kFlags | SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
}

const char* synchronous_pragma(Options::Synchronous synchronous) {
  switch (synchronous) {
    case Options::Synchronous::Off:
      return "PRAGMA synchronous=OFF";
    case Options::Synchronous::Full:
      return "PRAGMA synchronous=FULL";
    case Options::Synchronous::Normal:
      break;
  }
  return "PRAGMA synchronous=NORMAL";
}

std::string journal_mode(sqlite3* db, const char* pragma) {
  Statement statement(db, pragma, kOpen);
  const Statement::Use use(statement);
  return statement.next_row(kOpen) ? std::string(statement.text(0)) : std::string();
}

}  // namespace

Connection Connection::open(const std::string& path, const Options& options, Use use) {
  sqlite3* opened = nullptr;
  const int native = sqlite3_open_v2(path.c_str(), &opened, open_flags(options, use), nullptr);
  // Even a connection that failed to open must be closed.
  Connection connection(Handle(opened, [](sqlite3* db) { sqlite3_close_v2(db); }));
  if (!opened) raise(SQLITE_NOMEM, "", Phase::Statement, kOpen);
  sqlite3_extended_result_codes(opened, 1);
  if (native != SQLITE_OK) {
    raise(sqlite3_extended_errcode(opened), sqlite3_errmsg(opened), Phase::Statement, kOpen,
          (native & 0xff) == SQLITE_CANTOPEN ? "'" + path + "' can't be opened" : std::string());
  }
  sqlite3_busy_timeout(opened, static_cast<int>(options.busy_timeout.count()));
  connection.execute(synchronous_pragma(options.synchronous), kOpen);
  if (use == Use::Write) {
    // What SQLite keeps of the pages, to be able to undo one statement of many rows, needn't go to a file.
    connection.execute("PRAGMA temp_store=MEMORY", kOpen);
    if (path != ":memory:" && options.open != Options::Open::ReadOnly) connection.set_journal(options);
    connection.execute(("PRAGMA wal_autocheckpoint=" + std::to_string(options.wal_autocheckpoint)).c_str(), kOpen);
  }
  return connection;
}

Connection Connection::borrow(sqlite3* lent) noexcept {
  return Connection(Handle(lent, [](sqlite3*) {}));
}

bool Connection::in_transaction() const noexcept { return sqlite3_get_autocommit(db_.get()) == 0; }

void Connection::execute(const char* sql, std::string_view operation) {
  const int native = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
  if (native != SQLITE_OK) raise(db_.get(), native, Phase::Statement, operation);
}

void Connection::set_journal(const Options& options) {
  if (options.journal == Options::Journal::Keep) return;
  const bool wal = options.journal == Options::Journal::Wal;
  const std::string wanted = wal ? "wal" : "delete";
  const char* const pragma = wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE";

  // Two programs that change a new file's mode at the same time can be told BUSY without SQLite's own waiting, which
  // would be a deadlock for it, not for us.
  const auto deadline = std::chrono::steady_clock::now() + options.busy_timeout;
  for (auto pause = std::chrono::milliseconds(1);; pause = std::min(pause * 2, std::chrono::milliseconds(50))) {
    try {
      if (journal_mode(db_.get(), "PRAGMA journal_mode") == wanted) return;
      const auto found = journal_mode(db_.get(), pragma);
      if (found == wanted) return;
      auto told = details(kOpen, false);
      told.native_text = found;
      throw StorageError("the file can't have journal mode '" + wanted + "'; its file system may allow only Delete",
                         std::move(told));
    } catch (const TimeoutError&) {
      if (std::chrono::steady_clock::now() + pause > deadline) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

TransactionStatements::TransactionStatements(sqlite3* db)
    : begin_(db, "BEGIN IMMEDIATE", "begin"), commit_(db, "COMMIT", "commit") {}

Transaction::Transaction(Connection& connection, TransactionStatements& statements, std::string_view operation)
    : connection_(connection), statements_(statements), operation_(operation) {
  const Statement::Use use(statements_.begin_);
  statements_.begin_.next_row(operation_);
}

Transaction::~Transaction() {
  // SQLite has already rolled back by itself after some failures.
  if (connection_.in_transaction()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  const Statement::Use use(statements_.commit_);
  const int native = statements_.commit_.step();
  if (native != SQLITE_DONE) raise(connection_.get(), native, Phase::Commit, operation_);
}

}  // namespace trifle::stats::detail::sqlite
