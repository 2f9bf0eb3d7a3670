// What each SQLSTATE means, by the moment at which it comes. The table of docs/drivers/postgres.md is this one.

#include <string>

#include <gmock/gmock.h>

#include "drivers/postgres/failure.hpp"

namespace trifle::stats::detail::postgres {
namespace {

struct Case {
  const char* sqlstate;
  const char* what;
  ErrorCode code;
  bool retry_is_safe;  ///< before COMMIT, where nothing is ever applied
  bool again;          ///< the driver itself runs the batch again
  bool lost;           ///< the connection is closed
  Outcome in_commit;
};

constexpr auto kNot = Outcome::NotApplied;
constexpr auto kUnknown = Outcome::Unknown;

const Case kCases[] = {
    {"40P01", "deadlock", ErrorCode::Timeout, true, true, false, kNot},
    {"40001", "serialization failure", ErrorCode::Timeout, true, true, false, kNot},
    {"40003", "completion unknown", ErrorCode::Timeout, true, false, false, kUnknown},
    {"55P03", "lock timeout", ErrorCode::Timeout, true, true, false, kNot},
    {"23505", "a race of inserts", ErrorCode::Storage, false, true, false, kNot},
    {"57014", "statement timeout", ErrorCode::Timeout, true, false, false, kNot},
    {"53300", "too many connections", ErrorCode::Connection, true, false, true, kNot},
    {"57P01", "shutdown by the administrator", ErrorCode::Connection, true, false, true, kUnknown},
    {"57P02", "shutdown after a crash", ErrorCode::Connection, true, false, true, kUnknown},
    {"57P03", "starting up", ErrorCode::Connection, true, false, true, kUnknown},
    {"25P03", "idle in transaction for too long", ErrorCode::Connection, true, false, true, kNot},
    {"08000", "connection exception", ErrorCode::Connection, true, false, true, kUnknown},
    {"08006", "connection failure", ErrorCode::Connection, true, false, true, kUnknown},
    {"08P01", "protocol violation", ErrorCode::Connection, true, false, true, kUnknown},
    {"28P01", "wrong password", ErrorCode::Connection, true, false, true, kNot},
    {"3D000", "no such database", ErrorCode::Connection, true, false, true, kNot},
    {"25006", "read-only", ErrorCode::Storage, true, false, true, kNot},
    {"26000", "statement forgotten", ErrorCode::Storage, true, false, true, kNot},
    {"0A000", "cached plan", ErrorCode::Storage, true, false, true, kNot},
    {"53100", "disk full", ErrorCode::Storage, true, false, false, kNot},
    {"53200", "out of memory", ErrorCode::Storage, true, false, false, kNot},
    {"42P01", "no such table", ErrorCode::Storage, true, false, false, kNot},
    {"42501", "access denied", ErrorCode::Storage, true, false, false, kNot},
    {"58030", "I/O error", ErrorCode::Storage, true, false, false, kUnknown},
    {"XX000", "internal error", ErrorCode::Storage, true, false, false, kUnknown},
    {"22001", "key too long", ErrorCode::Storage, false, false, false, kNot},
    {"22021", "not in the encoding", ErrorCode::Storage, false, false, false, kNot},
    {"22P05", "a NUL in a text", ErrorCode::Storage, false, false, false, kNot},
    {"23514", "constraint", ErrorCode::Storage, false, false, false, kNot},
    {"54000", "row too large", ErrorCode::Storage, false, false, false, kNot},
    {"XX001", "data corrupted", ErrorCode::CorruptData, false, false, false, kUnknown},
    {"", "connection lost", ErrorCode::Connection, true, false, true, kUnknown},
};

Error thrown(const Case& tested, Phase phase) {
  try {
    raise(tested.sqlstate, "native", phase, "write");
  } catch (const Error& error) {
    return error;
  }
}

TEST(PostgresFailureTest, EverySqlstateHasItsVerdict) {
  for (const auto& tested : kCases) {
    SCOPED_TRACE(std::string(tested.sqlstate) + " " + tested.what);
    const auto before = thrown(tested, Phase::Statement);
    EXPECT_EQ(before.code(), tested.code);
    EXPECT_EQ(before.outcome(), Outcome::NotApplied);
    EXPECT_EQ(before.retry_is_safe(), tested.retry_is_safe);
    EXPECT_EQ(is_conflict(before), tested.again);
    EXPECT_EQ(ends_session(before), tested.lost);
    EXPECT_EQ(before.native_code(), native_code(tested.sqlstate));
    EXPECT_EQ(before.backend(), "postgres");

    const auto during = thrown(tested, Phase::Commit);
    EXPECT_EQ(during.code(), tested.code);
    EXPECT_EQ(during.outcome(), tested.in_commit);
    if (tested.in_commit == Outcome::Unknown) {
      EXPECT_FALSE(during.retry_is_safe());
      EXPECT_FALSE(is_conflict(during)) << "it may have been applied";
    }
  }
}

TEST(PostgresFailureTest, SilenceIsATimeoutThatEndsTheSession) {
  for (const auto phase : {Phase::Connect, Phase::Statement, Phase::Commit}) {
    try {
      raise_silence(phase, "write");
    } catch (const TimeoutError& error) {
      EXPECT_EQ(error.outcome(), phase == Phase::Commit ? Outcome::Unknown : Outcome::NotApplied);
      EXPECT_EQ(error.retry_is_safe(), phase != Phase::Commit);
      EXPECT_TRUE(ends_session(error));
    }
  }
}

TEST(PostgresFailureTest, NativeCodesAreThoseOfTheServersOwnHeader) {
  EXPECT_EQ(native_code("22012"), 33816706);  // ERRCODE_DIVISION_BY_ZERO of PostgreSQL, printed
  EXPECT_EQ(native_code("00000"), 0);
  EXPECT_EQ(native_code(""), 0);
}

}  // namespace
}  // namespace trifle::stats::detail::postgres
