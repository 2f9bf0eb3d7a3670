#include "drivers/mysql/failure.hpp"

#include <mysql.h>

#include <utility>

#include "driver/raise.hpp"

namespace trifle::stats::detail::mysql {
namespace {

// Numbers that both servers share, by the names of their manuals; Connector/C's headers name only the client's own.
constexpr unsigned kDbAccessDenied = 1044;
constexpr unsigned kAccessDenied = 1045;
constexpr unsigned kUnknownDatabase = 1049;
constexpr unsigned kTooManyConnections = 1040;
constexpr unsigned kNodeNotReady = 1047;  // a Galera node that is not ready
constexpr unsigned kServerShutdown = 1053;
constexpr unsigned kDiskFull = 1021;
constexpr unsigned kRecordChanged = 1020;
constexpr unsigned kOutOfMemory = 1037;
constexpr unsigned kTableFull = 1114;
constexpr unsigned kTableAccessDenied = 1142;
constexpr unsigned kColumnAccessDenied = 1143;
constexpr unsigned kAborted = 1152;
constexpr unsigned kPacketTooLarge = 1153;
constexpr unsigned kAbortedAgain = 1184;
constexpr unsigned kTooManyUserConnections = 1203;
constexpr unsigned kLockWaitTimeout = 1205;
constexpr unsigned kDeadlock = 1213;
constexpr unsigned kUserLimitReached = 1226;
constexpr unsigned kOptionPreventsStatement = 1290;
constexpr unsigned kInterrupted = 1317;
constexpr unsigned kTooManyStatements = 1461;
constexpr unsigned kReadOnlyTransaction = 1792;
constexpr unsigned kReadOnlyMode = 1836;
constexpr unsigned kConnectionKilled = 1927;       // MariaDB
constexpr unsigned kStatementTimeoutMaria = 1969;  // MariaDB
constexpr unsigned kStatementTimeout = 3024;       // MySQL
constexpr unsigned kBadStatement = 1243;           // its prepared statement is gone
constexpr unsigned kNeedReprepare = 1615;
constexpr unsigned kGoingAwayIdle = 4031;  // MySQL: disconnected for inactivity

// And the client library's.
constexpr unsigned kClientUnknown = 2000;
constexpr unsigned kClientConnection = 2002;
constexpr unsigned kClientConnectHost = 2003;
constexpr unsigned kClientUnknownHost = 2005;
constexpr unsigned kClientGone = 2006;
constexpr unsigned kClientOutOfMemory = 2008;
constexpr unsigned kClientLost = 2013;
constexpr unsigned kClientOutOfSync = 2014;
constexpr unsigned kClientPacketTooLarge = 2020;
constexpr unsigned kClientTls = 2026;
constexpr unsigned kClientLostExtended = 2055;

constexpr Verdict not_applied(ErrorCode code, bool retry_is_safe, const char* message) {
  return {code, Outcome::NotApplied, retry_is_safe, false, false, message};
}
constexpr Verdict again(const char* message) {
  return {ErrorCode::Timeout, Outcome::NotApplied, true, true, false, message};
}
constexpr Verdict lost(Outcome outcome, const char* message) {
  return {ErrorCode::Connection, outcome, outcome == Outcome::NotApplied, false, true, message};
}

/// Of COMMIT: what is listed was refused before the point of no return, or is known to roll back. Of all else nobody
/// knows: the server may have committed before it broke, or before it could say so.
bool refused_before_commit(unsigned native) noexcept {
  switch (native) {
    case kClientGone:  // Connector/C found the connection closed and sent nothing
    case kDeadlock:    // Galera: the certification failed
    case kLockWaitTimeout:
    case kDuplicateKey:  // the statement before COMMIT in the same packet, or one that commits by itself
    case kRecordChanged:
    case kOptionPreventsStatement:
    case kReadOnlyTransaction:
    case kReadOnlyMode:
    case kNoSuchTable:
    case kTableAccessDenied:
    case kColumnAccessDenied:
    case kTableFull:
    case kNodeNotReady:
    case kBadStatement:
    case kNeedReprepare:
    case kPacketTooLarge:
    case kClientPacketTooLarge:
    case kClientOutOfSync:
      return true;
    default:
      return false;
  }
}

Verdict before_commit(unsigned native, Phase phase) noexcept {
  using enum ErrorCode;
  switch (native) {
    case kDeadlock:
      return again("the transaction met a deadlock and was rolled back");
    case kLockWaitTimeout:
      return again("a row stayed locked by somebody else");
    case kDuplicateKey:
      return again("somebody else inserted the same row");
    case kRecordChanged:
      return again("a row changed since it was read");

    case kTooManyConnections:
    case kTooManyUserConnections:
    case kUserLimitReached:
      return {Connection, Outcome::NotApplied,     true,
              false,      phase == Phase::Connect, "the server has no connection left"};
    case kServerShutdown:
      return lost(Outcome::NotApplied, "the server is shutting down");
    case kConnectionKilled:
    case kAborted:
    case kAbortedAgain:
    case kGoingAwayIdle:
      return lost(Outcome::NotApplied, "the server closed the connection");
    case kNodeNotReady:
      return lost(Outcome::NotApplied, "the server is not ready for statements");

    case kOptionPreventsStatement:
    case kReadOnlyTransaction:
    case kReadOnlyMode:
      // After a failover the name may lead to another server: look again.
      return {Storage, Outcome::NotApplied, true, false, true, "the server is read-only"};

    case kPacketTooLarge:
      return {Storage, Outcome::NotApplied, false, false, true, "a statement is larger than max_allowed_packet"};
    case kClientPacketTooLarge:
      return {Storage, Outcome::NotApplied, false, false, true, "a packet is larger than max_allowed_packet"};

    case kStatementTimeout:
    case kStatementTimeoutMaria:
      return not_applied(Timeout, true, "the statement took longer than statement_timeout");
    case kInterrupted:
      return not_applied(Storage, true, "the statement was interrupted");

    case kDiskFull:
    case kTableFull:
      return not_applied(Storage, true, "the table or the server's disk is full");
    case kOutOfMemory:
    case kClientOutOfMemory:
      return not_applied(Storage, true, "memory ran out");
    case kNoSuchTable:
      return not_applied(Storage, true, "a table is missing");
    case kAccessDenied:
    case kDbAccessDenied:
      return {phase == Phase::Connect ? Connection : Storage,
              Outcome::NotApplied,
              true,
              false,
              phase == Phase::Connect,
              "access was denied"};
    case kTableAccessDenied:
    case kColumnAccessDenied:
      return not_applied(Storage, true, "the user may not do this to the table");
    case kUnknownDatabase:
      return {phase == Phase::Connect ? Connection : Storage,
              Outcome::NotApplied,
              true,
              false,
              phase == Phase::Connect,
              "there is no such database"};
    case kTooManyStatements:
      return not_applied(Storage, true, "the server has no room for prepared statements (max_prepared_stmt_count)");
    case kBadStatement:
    case kNeedReprepare:
      return {Storage, Outcome::NotApplied, true, true, true, "the server forgot a prepared statement"};

    case kClientOutOfSync:
      return {Storage, Outcome::NotApplied, true, false, true, "a result of the connection is still being read"};
    case kClientUnknown:
    case kClientConnection:
    case kClientConnectHost:
    case kClientUnknownHost:
      return lost(Outcome::NotApplied, "the server can't be reached");
    case kClientTls:
      return lost(Outcome::NotApplied, "the connection can't be encrypted as was asked for");
    case kClientGone:
      return lost(Outcome::NotApplied, "the connection was closed");
    case kClientLost:
    case kClientLostExtended:
      return lost(Outcome::NotApplied, "the connection was lost");
    default:
      break;
  }
  if (phase == Phase::Connect) return lost(Outcome::NotApplied, "the connection was refused");
  if ((native >= 2000 && native < 3000) || (native >= 5000 && native < 6000))
    return lost(Outcome::NotApplied, "the connection failed");
  return not_applied(Storage, false, "the server refused the statement");
}

}  // namespace

Verdict verdict(unsigned native, Phase phase) noexcept {
  auto found = before_commit(native, phase);
  if (phase != Phase::Commit || refused_before_commit(native)) return found;
  const bool server_lost = native >= 2000 && native < 3000;
  return {server_lost ? ErrorCode::Connection : found.code,
          Outcome::Unknown,
          false,
          false,
          true,
          server_lost ? "the connection was lost during commit" : "the server failed during commit"};
}

void raise(unsigned native, std::string_view native_text, Phase phase, std::string_view operation,
           std::string_view message) {
  const auto found = verdict(native, phase);
  auto told = details(operation, found.retry_is_safe);
  told.native_code = static_cast<int>(native);
  told.native_text = native_text;
  told.outcome = found.outcome;
  raise_as(found.code, std::string(message.empty() ? found.message : message), std::move(told));
}

void raise_missing_table(const std::string& table, std::string_view operation, unsigned native,
                         std::string_view native_text) {
  auto told = details(operation, true);
  told.native_code = static_cast<int>(native);
  told.native_text = native_text;
  throw StorageError("there is no table '" + table + "' yet; run setup first", std::move(told));
}

Error::Details details(std::string_view operation, bool retry_is_safe) {
  return details_of(kBackend, operation, retry_is_safe);
}

}  // namespace trifle::stats::detail::mysql
