#include "drivers/sqlite/failure.hpp"

#include <sqlite3.h>

#include "driver/raise.hpp"

namespace trifle::stats::detail::sqlite {

// Up to COMMIT everything is undone by ROLLBACK, or by the journal or the WAL's missing commit frame, so a failure
// there is always NotApplied. Of COMMIT itself:
// - BUSY leaves the transaction open; it is rolled back.
// - FULL comes from writing pages or WAL frames, before the commit point (the journal's removal, the last frame).
// - an I/O error can come after it: the journal's removal or the last frame's write may have reached the disk although
//   the call failed, and recovery would then find a whole transaction. That can't be told, so it is Unknown.
Verdict verdict(int native, Phase phase) noexcept {
  const auto not_applied = [](ErrorCode code, bool retry_is_safe, const char* message) {
    return Verdict{code, Outcome::NotApplied, retry_is_safe, message};
  };
  switch (native & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return not_applied(ErrorCode::Timeout, true, "the database is locked by somebody else");
    case SQLITE_READONLY:
      return not_applied(ErrorCode::Storage, true, "the database is read-only");
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return not_applied(ErrorCode::Storage, true, "access to the database was denied");
    case SQLITE_FULL:
      return not_applied(ErrorCode::Storage, true, "the database or its disk is full");
    case SQLITE_NOMEM:
      return not_applied(ErrorCode::Storage, true, "SQLite ran out of memory");
    case SQLITE_INTERRUPT:
      return not_applied(ErrorCode::Storage, true, "the statement was interrupted");
    case SQLITE_CANTOPEN:
      return not_applied(ErrorCode::Connection, true, "the database can't be opened");
    case SQLITE_NOTADB:
      return not_applied(ErrorCode::CorruptData, false, "the file is not a SQLite database");
    case SQLITE_CORRUPT:
      return not_applied(ErrorCode::CorruptData, false, "the database file is damaged");
    case SQLITE_TOOBIG:
      return not_applied(ErrorCode::Storage, false, "a row is too large for SQLite");
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return not_applied(ErrorCode::Storage, false, "the table refuses the row");
    case SQLITE_IOERR:
      if (phase == Phase::Commit)
        return {ErrorCode::Storage, Outcome::Unknown, false, "committing to the database's file failed"};
      return not_applied(ErrorCode::Storage, true, "reading or writing the database's file failed");
    default:
      return not_applied(ErrorCode::Storage, true, "SQLite refused the statement");
  }
}

void raise(int native, std::string_view native_text, Phase phase, std::string_view operation,
           std::string_view message) {
  const auto found = verdict(native, phase);
  auto told = details(operation, found.retry_is_safe);
  told.native_code = native;
  told.native_text = native_text;
  told.outcome = found.outcome;
  raise_as(found.code, std::string(message.empty() ? found.message : message), std::move(told));
}

void raise(sqlite3* db, int native, Phase phase, std::string_view operation) {
  // A lent connection may have extended codes switched off.
  const int extended = sqlite3_extended_errcode(db);
  raise((extended & 0xff) == (native & 0xff) ? extended : native, sqlite3_errmsg(db), phase, operation);
}

void raise_missing_table(const std::string& table, std::string_view operation) {
  auto told = details(operation, true);
  told.native_code = SQLITE_ERROR;
  told.native_text = "no such table: " + table;
  throw StorageError("there is no table '" + table + "' yet; run setup first", std::move(told));
}

Error::Details details(std::string_view operation, bool retry_is_safe) {
  return details_of(kBackend, operation, retry_is_safe);
}

}  // namespace trifle::stats::detail::sqlite
