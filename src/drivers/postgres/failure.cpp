#include "drivers/postgres/failure.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "driver/raise.hpp"

namespace trifle::stats::detail::postgres {
namespace {

constexpr std::string_view kSilence = "no answer";

struct Known {
  std::string_view state;  ///< a SQLSTATE, or the class that it begins with
  ErrorCode code;
  bool retry_is_safe;
  const char* message;
};

// The first that fits. What isn't here may be cured by whoever runs the server, so it is safe to try again.
constexpr std::array kKnown{
    // Lost against another transaction.
    Known{"40P01", ErrorCode::Timeout, true, "the transaction was chosen to end a deadlock"},
    Known{"40", ErrorCode::Timeout, true, "the transaction lost against another one"},
    Known{"55P03", ErrorCode::Timeout, true, "a row is locked by somebody else"},
    Known{"57014", ErrorCode::Timeout, true, "the statement took too long and was cancelled"},
    // The session ends, or doesn't begin.
    Known{"57P03", ErrorCode::Connection, true, "the server is starting up or shutting down"},
    Known{"57P", ErrorCode::Connection, true, "the server is shutting down"},
    Known{"25P03", ErrorCode::Connection, true, "the server ended the session: this program left a transaction idle"},
    Known{"08", ErrorCode::Connection, true, "the connection failed"},
    Known{"28", ErrorCode::Connection, true, "the server refused to log in"},
    Known{"3D000", ErrorCode::Connection, true, "there is no such database"},
    Known{"53300", ErrorCode::Connection, true, "the server has too many connections"},
    // The server can't, just now.
    Known{"53100", ErrorCode::Storage, true, "the server's disk is full"},
    Known{"53200", ErrorCode::Storage, true, "the server ran out of memory"},
    Known{"53", ErrorCode::Storage, true, "the server lacks something"},
    Known{"25006", ErrorCode::Storage, true, "the server may only be read"},
    Known{"42P01", ErrorCode::Storage, true, "a table is missing; run setup first"},
    Known{"42501", ErrorCode::Storage, true, "access to the table was denied"},
    Known{"58", ErrorCode::Storage, true, "the server failed to read or write a file"},
    // What is written is refused: no retry cures it.
    Known{"22021", ErrorCode::Storage, false, "a text isn't one in the database's encoding"},
    Known{"22P05", ErrorCode::Storage, false, "a text holds what the database can't store"},
    Known{"22001", ErrorCode::Storage, false, "a key is too long for the table"},
    Known{"22", ErrorCode::Storage, false, "the table refuses a value"},
    Known{"23", ErrorCode::Storage, false, "the table refuses the row"},
    Known{"54", ErrorCode::Storage, false, "a row is too large for the server"},
    // What is stored is broken.
    Known{"XX001", ErrorCode::CorruptData, false, "the table is damaged"},
    Known{"XX002", ErrorCode::CorruptData, false, "an index of the table is damaged"},
};

/// Of COMMIT itself: the server may end a session between committing and saying so.
bool leaves_commit_open(std::string_view sqlstate) noexcept {
  return sqlstate == "40003" || sqlstate.starts_with("57P") || sqlstate.starts_with("08") ||
         sqlstate.starts_with("58") || sqlstate.starts_with("XX");
}

}  // namespace

Verdict verdict(std::string_view sqlstate, Phase phase) noexcept {
  if (sqlstate.empty()) {
    switch (phase) {
      case Phase::Connect:
        return {ErrorCode::Connection, Outcome::NotApplied, true, "the server can't be reached"};
      case Phase::Statement:
        return {ErrorCode::Connection, Outcome::NotApplied, true, "the connection was lost"};
      case Phase::Commit:
        return {ErrorCode::Connection, Outcome::Unknown, false, "the connection was lost during commit"};
    }
  }
  Verdict found{ErrorCode::Storage, Outcome::NotApplied, true, "the server refused the statement"};
  const auto* const known =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& each) { return sqlstate.starts_with(each.state); });
  if (known != kKnown.end()) found = {known->code, Outcome::NotApplied, known->retry_is_safe, known->message};
  if (phase == Phase::Commit && leaves_commit_open(sqlstate)) {
    found.outcome = Outcome::Unknown;
    found.retry_is_safe = false;
  }
  return found;
}

bool is_conflict(const Error& error) noexcept {
  if (error.outcome() != Outcome::NotApplied) return false;
  constexpr std::array kConflicts{native_code("40P01"), native_code("40001"), native_code("55P03"),
                                  native_code("23505")};
  return std::find(kConflicts.begin(), kConflicts.end(), error.native_code()) != kConflicts.end();
}

bool ends_session(const Error& error) noexcept {
  if (error.code() == ErrorCode::Connection || error.native_text() == kSilence) return true;
  constexpr std::array kSpoilt{native_code("25006"), native_code("26000"), native_code("0A000"), native_code("25P01"),
                               native_code("25P02")};
  return std::find(kSpoilt.begin(), kSpoilt.end(), error.native_code()) != kSpoilt.end();
}

void raise(std::string_view sqlstate, std::string_view native_text, Phase phase, std::string_view operation,
           std::string_view message) {
  const auto found = verdict(sqlstate, phase);
  auto told = details(operation, found.retry_is_safe);
  told.native_code = native_code(sqlstate);
  told.native_text = sqlstate;
  if (!sqlstate.empty() && !native_text.empty()) told.native_text += ": ";
  while (!native_text.empty() && native_text.back() == '\n') native_text.remove_suffix(1);
  for (const char c : native_text) {  // libpq breaks and indents its longer texts
    if (c == '\n') told.native_text += ' ';
    if (c != '\n' && c != '\t') told.native_text += c;
  }
  told.outcome = found.outcome;
  raise_as(found.code, std::string(message.empty() ? found.message : message), std::move(told));
}

void raise_silence(Phase phase, std::string_view operation) {
  auto told = details(operation, phase != Phase::Commit);
  told.outcome = phase == Phase::Commit ? Outcome::Unknown : Outcome::NotApplied;
  told.native_text = kSilence;
  throw TimeoutError("the server did not answer in time", std::move(told));
}

Error::Details details(std::string_view operation, bool retry_is_safe) {
  return details_of(kBackend, operation, retry_is_safe);
}

}  // namespace trifle::stats::detail::postgres
