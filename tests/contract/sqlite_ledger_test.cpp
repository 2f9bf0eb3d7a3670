#include <gmock/gmock.h>
#include <trifle/stats/drivers/sqlite.hpp>

#include "contract/batches.hpp"
#include "contract/sqlite_file.hpp"
#include "contract/temp_folder.hpp"

namespace trifle::stats::test {
namespace {

using ::testing::ElementsAre;

class SqliteLedgerTest : public testing::Test {
 protected:
  std::unique_ptr<detail::RowDriver> open(bool ledger = true) const {
    return drivers::sqlite(path, {.synchronous = drivers::SqliteOptions::Synchronous::Off, .ledger = ledger}).release();
  }

  TempFolder folder;
  const std::string path = folder.file("stats.db");
};

TEST_F(SqliteLedgerTest, IsThereWhereItIsAskedFor) {
  EXPECT_FALSE(open(false)->traits().ledger);
  EXPECT_THAT(open(false)->setup(Setup::Create).created, ElementsAre("trifle_stats", "trifle_stats_ping"));
  const auto driver = open();
  EXPECT_TRUE(driver->traits().ledger);
  EXPECT_THAT(driver->setup(Setup::Check).missing, ElementsAre("trifle_stats_batches"));
  try {
    write(*driver, {{.increments = {{"n", 1}}}});
    FAIL() << "there is no ledger yet";
  } catch (const StorageError& error) {
    EXPECT_TRUE(error.retry_is_safe());
    EXPECT_THAT(error.what(), testing::HasSubstr("trifle_stats_batches"));
  }
  EXPECT_THAT(driver->setup(Setup::Create).created, ElementsAre("trifle_stats_batches"));
  EXPECT_TRUE(driver->setup(Setup::Check).ok());
  write(*driver, {{.increments = {{"n", 1}}}});
}

TEST_F(SqliteLedgerTest, ABatchThatIsSentTwiceCountsOnceFromWhicheverConnection) {
  const auto one = open();
  one->setup(Setup::Create);
  const auto other = open();
  const auto rows = rows_of(one->layout(), {{.increments = {{"n", 1}}}});
  one->write(rows);
  one->write(rows);
  other->write(rows);
  write(*other, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read(*one, "event::signup", "1h", hours(kTen, 1))[kTen].at("n"), Number(2));
  EXPECT_EQ(SqliteFile(path).one("SELECT count(*) FROM trifle_stats_batches WHERE length(id) = 16"), "2");
}

TEST_F(SqliteLedgerTest, ABatchThatFailedIsNotEntered) {
  const auto driver = open();
  driver->setup(Setup::Create);
  SqliteFile file(path);
  file.run("INSERT INTO trifle_stats VALUES ('event::signup::1h::1784109600', 'broken')");
  const auto rows = rows_of(driver->layout(), {{.increments = {{"n", 1}}}});
  EXPECT_THROW(driver->write(rows), CorruptData);
  file.run("DELETE FROM trifle_stats");
  driver->write(rows);
  EXPECT_EQ(read(*driver, "event::signup", "1h", hours(kTen, 1))[kTen].at("n"), Number(1));
}

TEST_F(SqliteLedgerTest, KeepsIdsForADay) {
  open()->setup(Setup::Create);
  SqliteFile file(path);
  file.run("INSERT INTO trifle_stats_batches VALUES (x'01', unixepoch() - 86500), (x'02', unixepoch() - 86000)");
  write(*open(), {{.increments = {{"n", 1}}}});
  EXPECT_EQ(file.one("SELECT count(*) FROM trifle_stats_batches"), "2") << "the younger, and the new one";
  EXPECT_EQ(file.one("SELECT count(*) FROM trifle_stats_batches WHERE id = x'02'"), "1");
}

TEST_F(SqliteLedgerTest, ItsNameMustBeFree) {
  EXPECT_THROW(drivers::sqlite(path, {.table = "a", .status_table = "A_BATCHES", .ledger = true}), InvalidArgument);
}

}  // namespace
}  // namespace trifle::stats::test
