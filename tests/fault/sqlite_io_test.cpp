// A write, a sync, a removal that fails, each in turn: the outcome told is the outcome found, and the driver goes on.

#include <optional>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/sqlite.hpp>

#include "contract/batches.hpp"
#include "contract/sqlite_file.hpp"
#include "contract/temp_folder.hpp"
#include "fault/faulty_vfs.hpp"

namespace trifle::stats::test {
namespace {

using Journal = drivers::SqliteOptions::Journal;
using Synchronous = drivers::SqliteOptions::Synchronous;

struct Case {
  const char* name;
  Journal journal;
  FaultyVfs::Call call;
  int native;
};

class SqliteIoTest : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    Calls, SqliteIoTest,
    testing::Values(Case{"wal_write", Journal::Wal, FaultyVfs::Call::Write, SQLITE_IOERR_WRITE},
                    Case{"wal_full", Journal::Wal, FaultyVfs::Call::Write, SQLITE_FULL},
                    Case{"wal_sync", Journal::Wal, FaultyVfs::Call::Sync, SQLITE_IOERR_FSYNC},
                    Case{"journal_write", Journal::Delete, FaultyVfs::Call::Write, SQLITE_IOERR_WRITE},
                    Case{"journal_full", Journal::Delete, FaultyVfs::Call::Write, SQLITE_FULL},
                    Case{"journal_sync", Journal::Delete, FaultyVfs::Call::Sync, SQLITE_IOERR_FSYNC},
                    Case{"journal_delete", Journal::Delete, FaultyVfs::Call::Delete, SQLITE_IOERR_DELETE}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(SqliteIoTest, TheOutcomeToldIsTheOutcomeFound) {
  auto& vfs = FaultyVfs::instance();
  const auto buckets = hours(kTen, 30);
  std::vector<Change> changes;
  for (const auto at : buckets) changes.push_back({.at = at, .increments = {{"n", 1}, {"a.longer.name", 1}}});

  int fired = 0;
  for (int passes = 0;; ++passes) {
    const TempFolder folder;
    const auto path = folder.file("stats.db");
    const drivers::SqliteOptions options{.journal = GetParam().journal, .synchronous = Synchronous::Full};
    auto driver = drivers::sqlite(path, options).release();
    driver->setup(Setup::Create);
    write(*driver, changes);

    vfs.arm(GetParam().call, passes, GetParam().native);
    std::optional<Outcome> told;
    try {
      write(*driver, changes);
      told = Outcome::Applied;
    } catch (const Error& error) {
      told = error.outcome();
      EXPECT_EQ(error.code(), ErrorCode::Storage);
      EXPECT_EQ(error.retry_is_safe(), told == Outcome::NotApplied);
    }
    vfs.disarm();

    // By this driver and by one that opens the file anew.
    for (int look = 0; look < 2; ++look) {
      const auto found = read(*driver, "event::signup", "1h", buckets);
      ASSERT_EQ(found.size(), buckets.size());
      for (const auto& [at, values] : found) ASSERT_EQ(values, found.begin()->second) << "passes " << passes;
      const auto count = found.begin()->second.at("n");
      if (told != Outcome::Unknown) {
        ASSERT_EQ(count, Number(told == Outcome::Applied ? 2 : 1)) << "passes " << passes;
      }
      driver.reset();
      driver = drivers::sqlite(path, options).release();
    }
    write(*driver, changes);
    ASSERT_EQ(SqliteFile(path).one("PRAGMA integrity_check"), "ok");

    if (!vfs.fired()) break;
    ++fired;
    ASSERT_LT(passes, 1000);
  }
  EXPECT_GT(fired, 0);
}

}  // namespace
}  // namespace trifle::stats::test
