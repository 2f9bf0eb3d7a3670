// What others left in a SQLite table: older spellings, broken rows, odd types.

#include <gmock/gmock.h>
#include <trifle/stats/drivers/sqlite.hpp>

#include "contract/batches.hpp"
#include "contract/sqlite_file.hpp"
#include "contract/temp_folder.hpp"

namespace trifle::stats::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class SqliteRowsTest : public testing::Test {
 protected:
  std::unique_ptr<detail::RowDriver> open(Identity identity) const {
    auto driver = drivers::sqlite(path_, {.identity = identity}).release();
    driver->setup(Setup::Create);
    return driver;
  }
  void run(const std::string& sql) const { SqliteFile(path_).run(sql); }

  TempFolder folder_;
  const std::string path_ = folder_.file("stats.db");
};

TEST_F(SqliteRowsTest, BothSpellingsOfABucketAreRead) {
  for (const auto identity : {Identity::Partial, Identity::Separated}) {
    const TempFolder folder;
    const auto driver = drivers::sqlite(folder.file("x.db"), {.identity = identity}).release();
    driver->setup(Setup::Create);
    const std::string head = identity == Identity::Partial
                                 ? "INSERT INTO trifle_stats (key, at, data) VALUES ('k::1h', "
                                 : "INSERT INTO trifle_stats (key, granularity, at, data) VALUES ('k', '1h', ";
    SqliteFile file(folder.file("x.db"));
    for (const auto* hour : {"09", "10", "11", "12"}) {
      const std::string at = std::string("2026-07-15T") + hour;
      file.run(head + "'" + at + ":00:00Z', '{\"n\":1}')");
      file.run(head + "'" + at + ":00:00.000000Z', '{\"n\":10}')");
      file.run(head + "'" + at + ":00:00.500000Z', '{\"n\":100}')");
      file.run(head + "'" + at + ":30:00Z', '{\"n\":1000}')");
    }
    const Values both{{"n", 11}};
    EXPECT_EQ(read(*driver, "k", "1h", {kTen, kTen + kHour}), (Found{{kTen, both}, {kTen + kHour, both}}));
  }
}

TEST_F(SqliteRowsTest, WhatIsSetIsReadAlsoBesideAnOlderSpelling) {
  const auto driver = open(Identity::Separated);
  run("INSERT INTO trifle_stats (key, granularity, at, data) VALUES"
      " ('event::signup', '1h', '2026-07-15T10:00:00.000000Z', '{\"level\":10,\"n\":1,\"note\":\"x\"}')");
  write(*driver, {{.increments = {{"n", 1}}, .sets = {{"level", 3}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"level", 3}, {"n", 2}}));
}

TEST_F(SqliteRowsTest, SplitIncrementsAreSummedAndLeftFlat) {
  const auto driver = open(Identity::Full);
  run("INSERT INTO trifle_stats VALUES ('event::signup::1h::1784109600',"
      " '{\"count\":3,\"country.us\":1,\"country\":{\"us\":2,\"de\":4}}')");
  EXPECT_EQ(read_one(*driver), (Values{{"count", 3}, {"country.us", 3}, {"country.de", 4}}));
  write(*driver, {{.increments = {{"count", 1}, {"country.us", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"count", 4}, {"country.us", 4}, {"country.de", 4}}));
  EXPECT_EQ(
      SqliteFile(path_).one("SELECT json_type(data, '$.\"country.us\"') || coalesce(json_type(data, '$.country'), '-')"
                            " FROM trifle_stats"),
      "integer-");
}

TEST_F(SqliteRowsTest, EveryBrokenRowIsNamedAndNothingIsWritten) {
  const auto driver = open(Identity::Full);
  write(*driver, {{.increments = {{"n", 1}}},
                  {.at = kTen + kHour, .increments = {{"n", 1}}},
                  {.at = kTen + 2 * kHour, .increments = {{"n", 1.7e308}}}});
  run("UPDATE trifle_stats SET data = '{\"v\":Inf}' WHERE key LIKE '%::1784109600'");
  run("UPDATE trifle_stats SET data = 'no JSON' WHERE key LIKE '%::1784113200'");
  const std::vector<Change> batch = {{.key = "first", .increments = {{"n", 1}}},
                                     {.at = kTen, .increments = {{"n", 1}}},
                                     {.at = kTen + kHour, .sets = {{"n", 1}}},
                                     {.at = kTen + 2 * kHour, .increments = {{"n", 1.7e308}}},
                                     {.key = "zzz", .increments = {{"n", 1}}}};
  const auto error = error_of([&] { write(*driver, batch); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CorruptData);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_FALSE(error->retry_is_safe());
  ASSERT_THAT(error->rows(), SizeIs(3));
  EXPECT_EQ(error->rows()[0].at.unix_seconds(), kTen);
  EXPECT_EQ(error->rows()[1].at.unix_seconds(), kTen + kHour);
  EXPECT_EQ(error->rows()[2].at.unix_seconds(), kTen + 2 * kHour);
  EXPECT_EQ(SqliteFile(path_).one("SELECT count(*) FROM trifle_stats"), "3");
  EXPECT_EQ(SqliteFile(path_).one("SELECT data FROM trifle_stats WHERE key LIKE '%::1784109600'"), "{\"v\":Inf}");

  write(*driver, {batch[0], batch[4]});
  EXPECT_EQ(read_one(*driver, "zzz"), (Values{{"n", 1}}));
  EXPECT_THROW(read_one(*driver), CorruptData);
  EXPECT_EQ(read_one(*driver, "first"), (Values{{"n", 1}}));
}

TEST_F(SqliteRowsTest, ARowOfNothingIsAnEmptyRow) {
  run("CREATE TABLE trifle_stats (key varchar(255), data json); CREATE UNIQUE INDEX i ON trifle_stats (key)");
  run("INSERT INTO trifle_stats VALUES ('event::signup::1h::1784109600', NULL)");
  const auto driver = open(Identity::Full);
  EXPECT_EQ(read_one(*driver), Values{});
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
}

TEST_F(SqliteRowsTest, AnEmptyTextIsABrokenRow) {
  for (const auto identity : {Identity::Full, Identity::Separated}) {
    const auto driver = open(identity);
    write(*driver, {{.increments = {{"n", 1}}}});
    run("UPDATE trifle_stats SET data = ''");
    EXPECT_THROW(read_one(*driver), CorruptData);
    EXPECT_THROW(write(*driver, {{.increments = {{"n", 1}}}}), CorruptData);
    run("DROP TABLE trifle_stats");
  }
}

TEST_F(SqliteRowsTest, ATableWithATriggerIsWrittenJustSo) {
  const auto driver = open(Identity::Separated);
  run("CREATE TABLE log (key, data); CREATE TRIGGER t AFTER UPDATE ON trifle_stats BEGIN"
      " INSERT INTO log VALUES (new.key, new.data); END");
  std::vector<Change> changes;
  for (int i = 0; i < 300; ++i) changes.push_back({.at = kTen + i * kHour, .increments = {{"n", i}}});
  const auto again = drivers::sqlite(path_, {.identity = Identity::Separated}).release();
  for (int round = 0; round < 3; ++round) {
    write(*driver, changes);
    write(*again, changes);
  }
  const auto found = read(*driver, "event::signup", "1h", hours(kTen, 300));
  for (int i = 0; i < 300; ++i) EXPECT_EQ(found.at(kTen + i * kHour), (Values{{"n", 6 * i}}));
  EXPECT_EQ(SqliteFile(path_).one("SELECT count(*) FROM log"), std::to_string(5 * 300));
}

TEST_F(SqliteRowsTest, ATableWithoutUniqueKeyLosesNothing) {
  run("CREATE TABLE trifle_stats (key TEXT, data TEXT);"
      "INSERT INTO trifle_stats VALUES ('event::signup::1h::1784109600', '{\"n\":1}');"
      "INSERT INTO trifle_stats VALUES ('event::signup::1h::1784109600', '{\"n\":10}')");
  const auto driver = open(Identity::Full);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 11}}));
  for (int i = 0; i < 3; ++i) write(*driver, {{.increments = {{"n", 1}}}, {.key = "new", .increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 14}}));
  EXPECT_EQ(read_one(*driver, "new"), (Values{{"n", 3}}));
  EXPECT_EQ(SqliteFile(path_).one("SELECT count(*) FROM trifle_stats"), "3");
}

TEST_F(SqliteRowsTest, NewRowsAndKnownOnesInAnyMixture) {
  for (const auto identity : {Identity::Full, Identity::Partial, Identity::Separated}) {
    const TempFolder folder;
    const auto driver = drivers::sqlite(folder.file("x.db"), {.identity = identity}).release();
    driver->setup(Setup::Create);
    std::map<std::int64_t, int> expected;
    // Batches of all kinds after each other: only new, only known, every other one.
    for (const int step : {1, 1, 3, 2, 7, 1, 5, 1}) {
      std::vector<Change> changes;
      const auto offset = static_cast<std::int64_t>(expected.size() / 2);
      for (std::int64_t i = 0; i < 400; i += step) {
        const auto at = kTen + (offset + i) * kHour;
        changes.push_back({.at = at, .increments = {{"n", 1}, {"longer.name", 1}}, .sets = {{"s", step}}});
        ++expected[at];
      }
      write(*driver, changes);
    }
    for (const auto& [at, count] : expected) {
      const auto row = read_one(*driver, "event::signup", "1h", at);
      EXPECT_EQ(row.at("n"), Number(count)) << at;
      EXPECT_EQ(row.at("longer.name"), Number(count)) << at;
    }
  }
}

TEST_F(SqliteRowsTest, TheFunctionOfALentConnectionServesNobodyElse) {
  SqliteFile file(path_);
  const auto driver = drivers::sqlite(file.get()).release();
  driver->setup(Setup::Create);
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_THROW(file.run("SELECT trifle_stats_merge('{}', 1)"), std::runtime_error);
  EXPECT_THROW(file.run("SELECT * FROM trifle_stats_batch(1)"), std::runtime_error);
  EXPECT_THROW(file.run("SELECT * FROM trifle_stats_batch"), std::runtime_error);
  // A second one on the same connection, while the application reads.
  sqlite3_stmt* reading = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(file.get(), "SELECT key FROM trifle_stats", -1, &reading, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_step(reading), SQLITE_ROW);
  const auto second = drivers::sqlite(file.get()).release();
  write(*second, {{.increments = {{"n", 1}}}});
  sqlite3_finalize(reading);
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 3}}));
}

TEST_F(SqliteRowsTest, ADatabaseInUtf16IsReadAndWritten) {
  run("PRAGMA encoding = 'UTF-16le'; CREATE TABLE other (x)");
  const auto driver = open(Identity::Full);
  for (int i = 0; i < 2; ++i) write(*driver, {{.key = "\xC3\xBC", .increments = {{"\xF0\x9F\x98\x80", 1}}}});
  EXPECT_EQ(read(*driver, "\xC3\xBC", "1h", hours(kTen, 5)), (Found{{kTen, {{"\xF0\x9F\x98\x80", 2}}}}));
}

TEST_F(SqliteRowsTest, TheTimeOfAStatusIsReadInEverySpelling) {
  const auto driver = open(Identity::Separated);
  for (const auto* at :
       {"'2026-07-15T10:37:45Z'", "'2026-07-15 10:37:45 UTC'", "1784111865", "'2026-07-15 12:37:45+02:00'"}) {
    run(std::string("INSERT OR REPLACE INTO trifle_stats_ping VALUES ('w', ") + at + ", '{}')");
    EXPECT_EQ(driver->scan("w")->at, 1'784'111'865) << at;
  }
  run("INSERT OR REPLACE INTO trifle_stats_ping VALUES ('w', 'yesterday', '{}')");
  EXPECT_THROW(driver->scan("w"), CorruptData);
}

}  // namespace
}  // namespace trifle::stats::test
