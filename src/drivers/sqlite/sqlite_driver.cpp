#include "drivers/sqlite/sqlite_driver.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "drivers/sqlite/failure.hpp"
#include "drivers/sqlite/fork_gate.hpp"
#include "drivers/sqlite/options.hpp"
#include "drivers/sqlite/schema.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

constexpr std::string_view kMemory = ":memory:";

/// A later change of the working directory must not lead to another file.
std::string absolute(const std::string& path) {
  if (path == kMemory || path.empty()) return path;
  std::error_code failed;
  auto found = std::filesystem::absolute(path, failed);
  return failed ? path : found.string();
}

/// Whether SQLite refused a statement because the table isn't there any more. It has no code for that.
bool is_missing(Session& session, const Error& error, const std::string& table) {
  return (error.native_code() & 0xff) == SQLITE_ERROR && !has_table(session.connection().get(), table);
}

}  // namespace

SqliteDriver::SqliteDriver(std::string path, sqlite3* lent, drivers::SqliteOptions options)
    : path_(std::move(path)),
      lent_(lent),
      options_(std::move(options)),
      table_(checked_table(options_)),
      layout_(Layout::checked(options_.identity, options_.separator)),
      traits_{.backend = std::string(kBackend),
              .identity = options_.identity,
              .ledger = options_.ledger,
              .background = lent == nullptr},
      one_session_(lent != nullptr || path_ == kMemory),
      process_(::getpid()),
      sessions_([this](Use use) { return open(use); }, options_.max_readers, one_session_) {}

SqliteDriver::SqliteDriver(const std::string& path, drivers::SqliteOptions options)
    : SqliteDriver(absolute(path), nullptr, std::move(options)) {
  check_options(path, options_);
  const InSqlite in_sqlite;
  if (sqlite3_threadsafe() == 0) throw StorageError("this SQLite was built without threads", details("open", false));
  if (one_session_) {
    sessions_.adopt(open(Use::Write));
    return;
  }
  if (options_.open == drivers::SqliteOptions::Open::CreateIfMissing && file_missing()) {
    const auto folder = std::filesystem::path(path_).parent_path();
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
      raise(SQLITE_CANTOPEN, "", Phase::Statement, "open", "there is no folder '" + folder.string() + "'");
    return;
  }
  auto session = open(Use::Read);
  try {
    session->connection().execute("PRAGMA schema_version", "open");
  } catch (const TimeoutError&) {
    // Locked just now: what it is will show when it is used.
  }
  sessions_.adopt(std::move(session));
}

SqliteDriver::SqliteDriver(sqlite3* lent, drivers::SqliteOptions options)
    : SqliteDriver(std::string(), lent, std::move(options)) {
  if (!lent) throw InvalidArgument("the lent sqlite3* is null");
  const InSqlite in_sqlite;
  sessions_.adopt(std::make_unique<Session>(Connection::borrow(lent), table_, layout_, one_session_));
}

SqliteDriver::~SqliteDriver() {
  const InSqlite in_sqlite;
  auto all = sessions_.release();
  if (::getpid() == process_) return;
  // In a child after fork the handles are the parent's: closing the last one would remove its WAL. Left alone.
  for (auto& session : all) (void)session.release();
}

RowDriver::Maker SqliteDriver::maker() const {
  if (one_session_) return {};
  return [path = path_, options = options_] { return std::make_unique<SqliteDriver>(path, options); };
}

SetupReport SqliteDriver::setup(Setup what) {
  guard("setup");
  const bool read_only = options_.open == drivers::SqliteOptions::Open::ReadOnly && !lent_;
  SetupReport report;
  if (what == Setup::Check || read_only) {
    if (!one_session_ && file_missing()) return all_missing(table_);
    with_reader(table_.name, "setup", [&](Session& session) {
      report = check_schema(session.connection().get(), table_);
      if (what == Setup::Create && !report.missing.empty())
        raise(SQLITE_READONLY, "", Phase::Statement, "setup", "opened read-only, and tables are missing");
    });
    return report;
  }
  with_writer(table_.name, "setup", [&](Session& session) {
    refuse_foreign_transaction("setup");
    report = create_schema(session.connection(), session.transactions(), table_);
    session.forget_statements();
  });
  return report;
}

void SqliteDriver::write(const Rows& rows) {
  guard("write");
  if (rows.rows().empty()) return;
  with_writer(table_.name, "write", [&](Session& session) {
    refuse_foreign_transaction("write");
    session.writer().write(session.transactions(), rows);
  });
}

void SqliteDriver::read(const RowRange& range, RowSink& sink) {
  guard("read");
  with_reader(table_.name, "read", [&](Session& session) { session.reader().read(range, sink); });
}

void SqliteDriver::beam(std::string_view key, const StoredStatus& status) {
  guard("beam");
  with_writer(table_.status_name, "beam", [&](Session& session) {
    refuse_foreign_transaction("beam");
    session.status().replace(key, status);
  });
}

std::optional<StoredStatus> SqliteDriver::scan(std::string_view key) {
  guard("scan");
  std::optional<StoredStatus> found;
  with_reader(table_.status_name, "scan", [&](Session& session) { found = session.status().find(key); });
  return found;
}

// Before any lock: a child may have been forked while another thread held it.
void SqliteDriver::guard(std::string_view operation) const {
  if (::getpid() != process_) {
    throw ConnectionError("the connection was opened before fork and is the parent's; make a new Stats in the child",
                          details(operation, false));
  }
  if (lent_ && std::this_thread::get_id() != thread_)
    throw InvalidArgument("the connection was lent by another thread, and serves only that one",
                          details(operation, false));
}

void SqliteDriver::refuse_foreign_transaction(std::string_view operation) {
  if (!lent_ || sqlite3_get_autocommit(lent_) != 0) return;
  throw StorageError(
      "the application has a transaction open on the connection that it lends; rows written now would go with its "
      "rollback",
      details(operation, true));
}

bool SqliteDriver::file_missing() const {
  std::error_code failed;
  return std::filesystem::status(path_, failed).type() == std::filesystem::file_type::not_found;
}

std::unique_ptr<Session> SqliteDriver::open(Use use) const {
  return std::make_unique<Session>(Connection::open(path_, options_, use), table_, layout_, one_session_);
}

void SqliteDriver::with_writer(const std::string& table, std::string_view operation, const Work& work) {
  const InSqlite in_sqlite;
  sessions_.with_writer(work, [&](Session& session, const Error& error) {
    if (is_missing(session, error, table)) raise_missing_table(table, operation);
  });
}

void SqliteDriver::with_reader(const std::string& table, std::string_view operation, const Work& work) {
  if (!one_session_ && options_.open == drivers::SqliteOptions::Open::CreateIfMissing && file_missing())
    raise_missing_table(table, operation);
  const InSqlite in_sqlite;
  sessions_.with_reader(work, [&](Session& session, const Error& error) {
    if (is_missing(session, error, table)) raise_missing_table(table, operation);
  });
}

}  // namespace trifle::stats::detail::sqlite

namespace trifle::stats::drivers {

Driver sqlite(const std::string& path, SqliteOptions options) {
  return Driver(std::make_unique<detail::sqlite::SqliteDriver>(path, std::move(options)));
}

Driver sqlite(sqlite3* lent, SqliteOptions options) {
  return Driver(std::make_unique<detail::sqlite::SqliteDriver>(lent, std::move(options)));
}

}  // namespace trifle::stats::drivers
