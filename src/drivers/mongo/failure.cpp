#include "drivers/mongo/failure.hpp"

#include <mongoc/mongoc.h>

#include <algorithm>
#include <iterator>

#include "driver/raise.hpp"

namespace trifle::stats::detail::mongo {
namespace {

// Numbers of MongoDB's error_codes.yml.
enum ServerCode : std::int32_t {
  kInternalError = 1,
  kBadValue = 2,
  kHostUnreachable = 6,
  kHostNotFound = 7,
  kUnknownError = 8,
  kFailedToParse = 9,
  kUnauthorized = 13,
  kTypeMismatch = 14,
  kOverflow = 15,
  kAuthenticationFailed = 18,
  kIllegalOperation = 20,
  kLockTimeout = 24,
  kNamespaceNotFound = 26,
  kPathNotViable = 28,
  kConflictingUpdateOperators = 40,
  kMaxTimeExpired = 50,
  kDollarPrefixedField = 52,
  kEmptyFieldName = 56,
  kCommandNotFound = 59,
  kWriteConcernFailed = 64,
  kNetworkTimeout = 89,
  kShutdownInProgress = 91,
  kUnsatisfiableWriteConcern = 100,
  kWriteConflict = 112,
  kCommandNotSupported = 115,
  kPrimarySteppedDown = 189,
  kTransactionTooOld = 225,
  kSnapshotUnavailable = 246,
  kNoSuchTransaction = 251,
  kExceededTimeLimit = 262,
  kNotSupportedInTransaction = 263,
  kTransactionCommitted = 256,
  kSocketException = 9001,
  kNotWritablePrimary = 10107,
  kDuplicateKey = 11000,
  kDuplicateKeyToo = 11001,
  kObjectTooLarge = 10334,
  kInterruptedAtShutdown = 11600,
  kInterrupted = 11601,
  kInterruptedByStepDown = 11602,
  kDuplicateKeyOnUpdate = 12582,
  kNotPrimaryNoSecondaryOk = 13435,
  kNotPrimaryOrSecondary = 13436,
  kOutOfDiskSpace = 14031,
  kDocumentTooLarge = 17419,
  kDocumentTooLargeToo = 17420,
  // Of DocumentDB's engine.
  kDocumentDbDeadlock = 16908292,
  kDocumentDbTooLarge = 285999133,
};

constexpr Verdict refused(ErrorCode code, bool retry_is_safe, const char* message, bool reconnect = false) {
  return {code, Outcome::NotApplied, retry_is_safe, false, reconnect, message};
}

/// What a server says of itself in the middle of something: before a commit it ends the transaction, otherwise nobody
/// knows how far it came.
Verdict interrupted(Phase phase, ErrorCode code, const char* message, bool reconnect = true) {
  const bool open = phase == Phase::Commit || phase == Phase::Write;
  return {code, open ? Outcome::Unknown : Outcome::NotApplied, !open, false, reconnect, message};
}

bool says(const Failure& failure, std::string_view what) noexcept {
  return failure.text.find(what) != std::string::npos;
}

Verdict of_connection(const Failure& failure, Phase phase) noexcept {
  const bool timed_out = failure.timed_out || says(failure, "connection timeout") || says(failure, "socket timeout");
  const auto code = timed_out ? ErrorCode::Timeout : ErrorCode::Connection;
  if (failure.domain == MONGOC_ERROR_SERVER_SELECTION && phase != Phase::Commit)
    return refused(code, true, "no server that can serve this can be reached", true);
  if (phase == Phase::Connect) return refused(code, true, "the server can't be reached", true);
  return interrupted(phase, code, "the connection was lost before the server answered");
}

Verdict of_server(const Failure& failure, Phase phase) noexcept {
  switch (failure.code) {
    case kWriteConflict:
    case kLockTimeout:
    case kSnapshotUnavailable:
    case kNoSuchTransaction:
    case kTransactionTooOld:
    case kDocumentDbDeadlock:
      return {ErrorCode::Timeout, Outcome::NotApplied, true, true, false, "others kept writing the same buckets"};

    case kNotWritablePrimary:
    case kNotPrimaryNoSecondaryOk:
    case kNotPrimaryOrSecondary:
      if (phase == Phase::Commit) break;
      return refused(ErrorCode::Connection, true, "the server is no primary any more", true);
    case kShutdownInProgress:
    case kInterruptedAtShutdown:
      return interrupted(phase, ErrorCode::Connection, "the server is shutting down");
    case kPrimarySteppedDown:
    case kInterruptedByStepDown:
      return interrupted(phase, ErrorCode::Connection, "the server stepped down as primary");
    case kInternalError:
    case kUnknownError:
      // A server in front of another database says so when that one is gone. In a transaction nothing is applied, and
      // the row that it can't take is looked for.
      if (phase == Phase::Transaction || phase == Phase::Commit) break;
      return interrupted(phase, ErrorCode::Connection, "the server failed");
    case kHostUnreachable:
    case kHostNotFound:
    case kSocketException:
      return interrupted(phase, ErrorCode::Connection, "a server behind the router can't be reached");
    case kNetworkTimeout:
      return interrupted(phase, ErrorCode::Timeout, "a server behind the router is too slow");
    case kMaxTimeExpired:
    case kExceededTimeLimit:
      return interrupted(phase, ErrorCode::Timeout, "the server gave up for want of time", false);
    case kInterrupted:
      return interrupted(phase, ErrorCode::Storage, "somebody interrupted the operation", false);

    case kUnauthorized:
      return refused(ErrorCode::Storage, true, "the user isn't allowed to do this");
    case kAuthenticationFailed:
      return refused(ErrorCode::Storage, true, "the server refuses the user or the password", true);
    case kOutOfDiskSpace:
      return refused(ErrorCode::Storage, true, "the server's disk is full");
    case kNamespaceNotFound:
      return refused(ErrorCode::Storage, true, "a collection is missing; run setup first");
    case kUnsatisfiableWriteConcern:
      return refused(ErrorCode::Storage, true, "the deployment has too few members for the write concern");
    default:
      break;
  }
  if (phase == Phase::Commit)
    return {ErrorCode::Storage, Outcome::Unknown, false, false, true, "the server failed during commit"};
  return refused(ErrorCode::Storage, false, "the server refused the command");
}

}  // namespace

Failure Failure::of(const bson_error_t& error, const bson_t* reply) {
  return {.domain = error.domain,
          .code = static_cast<std::int32_t>(error.code),
          .text = error.message,
          .transient = reply && mongoc_error_has_label(reply, "TransientTransactionError"),
          .unconfirmed = error.domain == MONGOC_ERROR_WRITE_CONCERN};
}

Verdict verdict(const Failure& failure, Phase phase) noexcept {
  if (failure.unconfirmed) {
    return {ErrorCode::Timeout,
            Outcome::Applied,
            false,
            false,
            false,
            "it was written, but not confirmed by as many members as were asked for"};
  }
  switch (failure.domain) {
    case MONGOC_ERROR_SERVER:
    case MONGOC_ERROR_QUERY:
      break;
    case MONGOC_ERROR_STREAM:
    case MONGOC_ERROR_SERVER_SELECTION:
    case MONGOC_ERROR_PROTOCOL:
      return of_connection(failure, phase);
    case MONGOC_ERROR_CLIENT:
      if (failure.code == MONGOC_ERROR_CLIENT_AUTHENTICATE)
        return refused(ErrorCode::Storage, true, "the server refuses the user or the password", true);
      if (failure.code == MONGOC_ERROR_CLIENT_TOO_BIG)
        return refused(ErrorCode::Storage, false, "a message is larger than the server takes");
      return refused(ErrorCode::Storage, phase != Phase::Commit, "the client library refused", true);
    case MONGOC_ERROR_SCRAM:
    case MONGOC_ERROR_SASL:
      return refused(ErrorCode::Storage, true, "the server refuses the user or the password", true);
    default:
      if (phase == Phase::Commit)
        return {ErrorCode::Storage, Outcome::Unknown, false, false, true, "the commit failed"};
      return refused(ErrorCode::Storage, false, "the client library refused", true);
  }
  auto found = of_server(failure, phase);
  if (failure.transient && found.outcome == Outcome::NotApplied && !found.reconnect) {
    found.again = true;
    found.retry_is_safe = true;
  }
  return found;
}

RowVerdict row_verdict(std::int32_t code) noexcept {
  switch (code) {
    case kDuplicateKey:
    case kDuplicateKeyToo:
    case kDuplicateKeyOnUpdate:
      return RowVerdict::Duplicate;
    case kWriteConflict:
    case kLockTimeout:
    case kSnapshotUnavailable:
    case kDocumentDbDeadlock:
      return RowVerdict::Again;
    case kBadValue:
    case kTypeMismatch:
    case kPathNotViable:
    case kConflictingUpdateOperators:
      return RowVerdict::Rewrite;
    case kOverflow:
    case kDollarPrefixedField:
    case kEmptyFieldName:
    case kObjectTooLarge:
    case kDocumentTooLarge:
    case kDocumentTooLargeToo:
    case kDocumentDbTooLarge:
      return RowVerdict::Refused;
    default:
      return RowVerdict::Other;
  }
}

Error::Details details(std::string_view operation, const Failure& failure, const Verdict& verdict) {
  auto told = details_of(kBackend, operation, verdict.retry_is_safe);
  told.native_code = failure.code;
  told.native_text = failure.text;
  told.outcome = verdict.outcome;
  return told;
}

void raise(const Verdict& verdict, Error::Details told) { raise_as(verdict.code, verdict.message, std::move(told)); }

void raise(const Failure& failure, Phase phase, std::string_view operation) {
  const auto found = verdict(failure, phase);
  raise(found, details(operation, failure, found));
}

void raise_no_index(const std::string& collection, std::string_view operation) {
  throw StorageError(
      "there is no collection '" + collection + "' with a unique index on its rows' identity yet; run setup first",
      details_of(kBackend, operation, true));
}

}  // namespace trifle::stats::detail::mongo
