// What each native error of the servers and of the client library means, by the moment at which it comes. The table of
// docs/drivers/mysql.md is this one.

#include <set>
#include <string>

#include <gmock/gmock.h>

#include "drivers/mysql/failure.hpp"

namespace trifle::stats::detail::mysql {
namespace {

struct Case {
  unsigned native;
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
    {1213, "deadlock", ErrorCode::Timeout, true, true, false, kNot},
    {1205, "lock wait timeout", ErrorCode::Timeout, true, true, false, kNot},
    {1062, "a race of inserts", ErrorCode::Timeout, true, true, false, kNot},
    {1020, "row changed since it was read", ErrorCode::Timeout, true, true, false, kNot},
    {1615, "prepared statement must be made anew", ErrorCode::Storage, true, true, true, kNot},
    {1243, "prepared statement is gone", ErrorCode::Storage, true, true, true, kNot},
    {1040, "too many connections", ErrorCode::Connection, true, false, false, kUnknown},
    {1203, "too many connections of the user", ErrorCode::Connection, true, false, false, kUnknown},
    {1226, "a limit of the user", ErrorCode::Connection, true, false, false, kUnknown},
    {1290, "read_only", ErrorCode::Storage, true, false, true, kNot},
    {1792, "read-only transaction", ErrorCode::Storage, true, false, true, kNot},
    {1836, "read-only mode", ErrorCode::Storage, true, false, true, kNot},
    {1053, "shutdown", ErrorCode::Connection, true, false, true, kUnknown},
    {1927, "connection killed (MariaDB)", ErrorCode::Connection, true, false, true, kUnknown},
    {4031, "closed for inactivity (MySQL)", ErrorCode::Connection, true, false, true, kUnknown},
    {1047, "Galera node not ready", ErrorCode::Connection, true, false, true, kNot},
    {1153, "packet too large, said by the server", ErrorCode::Storage, false, false, true, kNot},
    {2020, "packet too large, said by the client", ErrorCode::Storage, false, false, true, kNot},
    {3024, "statement timeout (MySQL)", ErrorCode::Timeout, true, false, false, kUnknown},
    {1969, "statement timeout (MariaDB)", ErrorCode::Timeout, true, false, false, kUnknown},
    {1317, "interrupted", ErrorCode::Storage, true, false, false, kUnknown},
    {1021, "disk full", ErrorCode::Storage, true, false, false, kUnknown},
    {1114, "table full", ErrorCode::Storage, true, false, false, kNot},
    {1146, "table missing", ErrorCode::Storage, true, false, false, kNot},
    {1142, "not allowed", ErrorCode::Storage, true, false, false, kNot},
    {1044, "no access to the database", ErrorCode::Storage, true, false, false, kUnknown},
    {1180, "error during COMMIT", ErrorCode::Storage, false, false, false, kUnknown},
    {1366, "a value that the column can't hold", ErrorCode::Storage, false, false, false, kUnknown},
    {1406, "too long", ErrorCode::Storage, false, false, false, kUnknown},
    {3140, "no JSON", ErrorCode::Storage, false, false, false, kUnknown},
    {2006, "connection found closed, nothing was sent", ErrorCode::Connection, true, false, true, kNot},
    {2013, "connection lost", ErrorCode::Connection, true, false, true, kUnknown},
    {2055, "connection lost", ErrorCode::Connection, true, false, true, kUnknown},
    {2026, "TLS", ErrorCode::Connection, true, false, true, kUnknown},
    {2014, "out of sync", ErrorCode::Storage, true, false, true, kNot},
};

TEST(MysqlFailureTest, BeforeCommitNothingIsApplied) {
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::to_string(c.native) + " " + c.what);
    const auto found = verdict(c.native, Phase::Statement);
    EXPECT_EQ(found.code, c.code);
    EXPECT_EQ(found.outcome, Outcome::NotApplied);
    EXPECT_EQ(found.retry_is_safe, c.retry_is_safe);
    EXPECT_EQ(found.again, c.again);
    EXPECT_EQ(found.lost, c.lost);
  }
}

TEST(MysqlFailureTest, DuringCommitOnlyWhatIsSureIsSaid) {
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::to_string(c.native) + " " + c.what);
    const auto found = verdict(c.native, Phase::Commit);
    EXPECT_EQ(found.outcome, c.in_commit);
    if (c.in_commit == Outcome::NotApplied) {
      EXPECT_EQ(found.retry_is_safe, c.retry_is_safe);
      continue;
    }
    EXPECT_FALSE(found.retry_is_safe);
    EXPECT_FALSE(found.again);
    EXPECT_TRUE(found.lost) << "what is left of the transaction must not be met again";
  }
}

TEST(MysqlFailureTest, ConnectingAppliesNothingAndMayBeTriedAgain) {
  for (const unsigned native : {1040u, 1044u, 1045u, 1049u, 1156u, 1226u, 2002u, 2003u, 2005u, 2013u, 2026u}) {
    const auto found = verdict(native, Phase::Connect);
    EXPECT_EQ(found.code, ErrorCode::Connection) << native;
    EXPECT_EQ(found.outcome, Outcome::NotApplied) << native;
    EXPECT_TRUE(found.retry_is_safe) << native;
    EXPECT_TRUE(found.lost) << native;
  }
}

TEST(MysqlFailureTest, AnErrorCarriesWhatTheServerSaid) {
  try {
    raise(1213, "Deadlock found", Phase::Statement, "write");
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_EQ(error.native_code(), 1213);
    EXPECT_EQ(error.native_text(), "Deadlock found");
    EXPECT_EQ(error.operation(), "write");
    EXPECT_EQ(error.backend(), "mysql");
    EXPECT_EQ(error.outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error.retry_is_safe());
  }
}

}  // namespace
}  // namespace trifle::stats::detail::mysql
