#include "drivers/sqlite/failure.hpp"

#include <sqlite3.h>

#include <gmock/gmock.h>

namespace trifle::stats::detail::sqlite {
namespace {

struct Case {
  int native;
  ErrorCode code;
  Outcome at_commit;
  bool retry;
  bool retry_at_commit;
};

void PrintTo(const Case& c, std::ostream* out) { *out << sqlite3_errstr(c.native) << " (" << c.native << ")"; }

constexpr auto kNot = Outcome::NotApplied;

const Case kCases[] = {
    {SQLITE_BUSY, ErrorCode::Timeout, kNot, true, true},
    {SQLITE_BUSY_SNAPSHOT, ErrorCode::Timeout, kNot, true, true},
    {SQLITE_BUSY_RECOVERY, ErrorCode::Timeout, kNot, true, true},
    {SQLITE_LOCKED, ErrorCode::Timeout, kNot, true, true},
    {SQLITE_PROTOCOL, ErrorCode::Timeout, kNot, true, true},
    {SQLITE_READONLY, ErrorCode::Storage, kNot, true, true},
    {SQLITE_READONLY_DBMOVED, ErrorCode::Storage, kNot, true, true},
    {SQLITE_PERM, ErrorCode::Storage, kNot, true, true},
    {SQLITE_AUTH, ErrorCode::Storage, kNot, true, true},
    {SQLITE_FULL, ErrorCode::Storage, kNot, true, true},
    {SQLITE_NOMEM, ErrorCode::Storage, kNot, true, true},
    {SQLITE_INTERRUPT, ErrorCode::Storage, kNot, true, true},
    {SQLITE_CANTOPEN, ErrorCode::Connection, kNot, true, true},
    {SQLITE_CANTOPEN_ISDIR, ErrorCode::Connection, kNot, true, true},
    {SQLITE_NOTADB, ErrorCode::CorruptData, kNot, false, false},
    {SQLITE_CORRUPT, ErrorCode::CorruptData, kNot, false, false},
    {SQLITE_CORRUPT_INDEX, ErrorCode::CorruptData, kNot, false, false},
    {SQLITE_TOOBIG, ErrorCode::Storage, kNot, false, false},
    {SQLITE_CONSTRAINT, ErrorCode::Storage, kNot, false, false},
    {SQLITE_CONSTRAINT_NOTNULL, ErrorCode::Storage, kNot, false, false},
    {SQLITE_ERROR, ErrorCode::Storage, kNot, true, true},
    // Only of these can nobody tell whether the commit reached the disk.
    {SQLITE_IOERR, ErrorCode::Storage, Outcome::Unknown, true, false},
    {SQLITE_IOERR_FSYNC, ErrorCode::Storage, Outcome::Unknown, true, false},
    {SQLITE_IOERR_DELETE, ErrorCode::Storage, Outcome::Unknown, true, false},
};

class SqliteFailureTest : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Codes, SqliteFailureTest, testing::ValuesIn(kCases));

TEST_P(SqliteFailureTest, BecomesOneOfOurs) {
  const auto& expected = GetParam();
  const auto before = verdict(expected.native, Phase::Statement);
  EXPECT_EQ(before.code, expected.code);
  EXPECT_EQ(before.outcome, Outcome::NotApplied);
  EXPECT_EQ(before.retry_is_safe, expected.retry);
  const auto at_commit = verdict(expected.native, Phase::Commit);
  EXPECT_EQ(at_commit.code, expected.code);
  EXPECT_EQ(at_commit.outcome, expected.at_commit);
  EXPECT_EQ(at_commit.retry_is_safe, expected.retry_at_commit);
}

TEST(SqliteFailureTest, IsRaisedWithEverythingThatIsKnown) {
  try {
    raise(SQLITE_BUSY_SNAPSHOT, "database is locked", Phase::Statement, "write");
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_EQ(error.operation(), "write");
    EXPECT_EQ(error.backend(), "sqlite");
    EXPECT_EQ(error.native_code(), SQLITE_BUSY_SNAPSHOT);
    EXPECT_EQ(error.native_text(), "database is locked");
    EXPECT_STREQ(error.what(), "write: the database is locked by somebody else (sqlite: database is locked, code 517)");
  }
}

}  // namespace
}  // namespace trifle::stats::detail::sqlite
