// The SQL drivers change the rows that they wrote themselves without fetching them again. Whatever happens to those
// between two of its batches, the second adds to what is there.

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/mysql.hpp>
#include <trifle/stats/drivers/postgres.hpp>

#include "contract/batches.hpp"
#include "contract/mysql_connection.hpp"
#include "contract/postgres_connection.hpp"

namespace trifle::stats::test {
namespace {

/// What differs between the servers.
struct Database {
  std::vector<ServerKind> (*servers)();
  std::string (*place)(const ServerKind& kind, const TempFolder& folder);
  std::unique_ptr<detail::RowDriver> (*open)(const std::string& url, Identity identity);
  void (*run)(const std::string& url, const std::string& sql);
  std::string key;      // the column's name, quoted
  std::string time;     // of the bucket that `write` writes to
  std::string add_ten;  // to every row, in another program

  std::string insert_hundred(Identity identity) const {
    const std::string into = "INSERT INTO trifle_stats ";
    const std::string data = R"('{"count": 100}'))";
    switch (identity) {
      case Identity::Full:
        break;
      case Identity::Partial:
        return into + keys("at, ") + "('event::signup::1h', " + time + ", " + data;
      case Identity::Separated:
        return into + keys("granularity, at, ") + "('event::signup', '1h', " + time + ", " + data;
    }
    return into + keys("") + "('event::signup::1h::1784109600', " + data;
  }

 private:
  std::string keys(const std::string& more) const { return "(" + key + ", " + more + "data) VALUES "; }
};

const Database kPostgres{
    .servers = postgres_servers,
    .place = postgres_schema,
    .open = [](const std::string& url,
               Identity identity) { return drivers::postgres(url, {.identity = identity}).release(); },
    .run = [](const std::string& url, const std::string& sql) { PostgresConnection(url).run(sql); },
    .key = "key",
    .time = "to_timestamp(1784109600)",
    .add_ten = "UPDATE trifle_stats SET data = data || jsonb_build_object('count', (data -> 'count')::int + 10)",
};
const Database kMysql{
    .servers = mysql_servers,
    .place = mysql_database,
    .open = [](const std::string& url,
               Identity identity) { return drivers::mysql(url, {.identity = identity}).release(); },
    .run = [](const std::string& url, const std::string& sql) { MysqlConnection(url).run(sql); },
    .key = "`key`",
    .time = "'2026-07-15 10:00:00'",
    .add_ten =
        "UPDATE trifle_stats SET data = JSON_SET(data, '$.count', CAST(JSON_VALUE(data, '$.count') AS SIGNED) + 10)",
};

struct Case {
  const Database* database;
  ServerKind kind;
  Identity identity;
  std::string name;

  friend std::ostream& operator<<(std::ostream& out, const Case& tested) { return out << tested.name; }
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const auto* const database : {&kPostgres, &kMysql})
    for (const auto& kind : database->servers())
      for (const auto& [identity, name] : kIdentities)
        all.push_back({database, kind, identity, kind.name + "_" + name});
  return all;
}

class OwnRowsTest : public testing::TestWithParam<Case> {
 protected:
  OwnRowsTest() {
    driver_->setup(Setup::Create);
    add(1);
    add(0);  // a row is remembered when it is written again
    add(1);  // from memory
  }

  std::unique_ptr<detail::RowDriver> open() const { return GetParam().database->open(url_, GetParam().identity); }
  void run(const std::string& sql) { GetParam().database->run(url_, sql); }
  void add(std::int64_t number) { write(*driver_, {{.increments = {{"count", number}}}}); }
  Number count() { return read_one(*driver_)["count"]; }

  TempFolder folder_;
  const std::string url_ = GetParam().database->place(GetParam().kind, folder_);
  std::unique_ptr<detail::RowDriver> driver_ = open();
};
INSTANTIATE_TEST_SUITE_P(Servers, OwnRowsTest, testing::ValuesIn(cases()),
                         [](const auto& tested) { return tested.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OwnRowsTest);

TEST_P(OwnRowsTest, AnotherProgramAddedToTheRow) {
  for (int i = 0; i < 5; ++i) {
    run(GetParam().database->add_ten);
    add(1);
    add(1);
  }
  EXPECT_EQ(count(), Number(62));
}

TEST_P(OwnRowsTest, AnotherProgramDeletedTheRow) {
  run("DELETE FROM trifle_stats");
  add(5);
  EXPECT_EQ(count(), Number(5));
  add(5);
  EXPECT_EQ(count(), Number(10));
}

TEST_P(OwnRowsTest, AnotherProgramDeletedTheRowAndMadeItAnew) {
  run("DELETE FROM trifle_stats");
  run(GetParam().database->insert_hundred(GetParam().identity));
  add(5);
  EXPECT_EQ(count(), Number(105));
}

TEST_P(OwnRowsTest, TheTableIsDroppedAndMadeAnew) {
  run("DROP TABLE trifle_stats");
  driver_->setup(Setup::Create);
  add(5);
  EXPECT_EQ(count(), Number(5));
}

TEST_P(OwnRowsTest, ABatchOfRowsThatAreKnownIsCountedOnce) {
  const auto batch = rows_of(driver_->layout(), {{.increments = {{"count", 7}}}});
  driver_->write(batch);
  driver_->write(batch);
  EXPECT_EQ(count(), Number(9));
  add(1);
  EXPECT_EQ(count(), Number(10));
}

TEST_P(OwnRowsTest, KnownAndStoredAndNewRowsInOneBatch) {
  const auto second = open();
  write(*second, {{.key = "stored", .increments = {{"count", 3}}}});
  for (int i = 0; i < 4; ++i) {
    const auto fresh = "new." + std::to_string(i);
    write(*driver_, {{.key = "event::signup", .increments = {{"count", 1}}},
                     {.key = fresh, .increments = {{"count", i}}},
                     {.key = "stored", .increments = {{"count", 1}}}});
    EXPECT_EQ(read_one(*driver_, fresh)["count"], Number(i));
    write(*second, {{.key = "stored", .increments = {{"count", 3}}}});
  }
  EXPECT_EQ(count(), Number(6));
  EXPECT_EQ(read_one(*driver_, "stored")["count"], Number(19));
}

TEST_P(OwnRowsTest, AGuessThatRowsAreNewWhichIsWrong) {
  const auto second = open();
  for (int i = 0; i < 8; ++i) {
    const auto key = "key." + std::to_string(i);
    if (i >= 4) write(*second, {{.key = key, .increments = {{"count", 10}}}});
    write(*driver_, {{.key = key, .increments = {{"count", 1}}}});
    EXPECT_EQ(read_one(*driver_, key)["count"], Number(i >= 4 ? 11 : 1));
  }
}

TEST_P(OwnRowsTest, ABatchThatLeavesARowAsItIs) {
  for (int i = 0; i < 4; ++i) {
    write(*driver_, {{.key = "a", .increments = {{"count", 0}}}, {.key = "b", .increments = {{"count", 1}}}});
    run(GetParam().database->add_ten);
  }
  EXPECT_EQ(read_one(*driver_, "a")["count"], Number(40));
  EXPECT_EQ(read_one(*driver_, "b")["count"], Number(44));
}

// More rows than one statement takes, some of them somebody else's work.
TEST_P(OwnRowsTest, ALargeBatchOfWhichOneRowIsNotOursAnyMore) {
  std::vector<Change> changes;
  for (int i = 0; i < 700; ++i) changes.push_back({.key = "k" + std::to_string(i), .increments = {{"count", i}}});
  write(*driver_, changes);
  write(*driver_, changes);
  const auto second = open();
  write(*second, {{.key = "k650", .increments = {{"count", 7}}}});
  write(*driver_, changes);
  write(*driver_, changes);
  EXPECT_EQ(read_one(*driver_, "k0")["count"], Number(0));
  EXPECT_EQ(read_one(*driver_, "k1")["count"], Number(4));
  EXPECT_EQ(read_one(*driver_, "k650")["count"], Number(4 * 650 + 7));
  EXPECT_EQ(read_one(*driver_, "k699")["count"], Number(4 * 699));
}

TEST_P(OwnRowsTest, ALargeBatchOfWhichOneRowIsGone) {
  std::vector<Change> changes;
  for (int i = 0; i < 700; ++i) changes.push_back({.key = "k" + std::to_string(i), .increments = {{"count", 1 + i}}});
  write(*driver_, changes);
  write(*driver_, changes);
  run("DELETE FROM trifle_stats WHERE " + GetParam().database->key + " LIKE 'k300%'");
  write(*driver_, changes);
  EXPECT_EQ(read_one(*driver_, "k300"), (Values{{"count", 301}}));
  EXPECT_EQ(read_one(*driver_, "k699"), (Values{{"count", 3 * 700}}));
  write(*driver_, changes);
  EXPECT_EQ(read_one(*driver_, "k300"), (Values{{"count", 2 * 301}}));
}

// What was sent ahead of the row that can't be is taken back, from rows that are known, and then from those that were
// looked at.
TEST_P(OwnRowsTest, ARowThatWouldBecomeInfiniteAtTheEndOfALargeBatch) {
  std::vector<Change> changes;
  for (int i = 0; i < 699; ++i) changes.push_back({.key = "k" + std::to_string(i), .increments = {{"count", 1}}});
  changes.push_back({.key = "k699", .increments = {{"count", 0.5e308}}});
  for (int i = 0; i < 3; ++i) write(*driver_, changes);
  EXPECT_THROW(write(*driver_, changes), Error);
  EXPECT_THROW(write(*driver_, changes), Error);
  changes.pop_back();
  write(*driver_, changes);
  EXPECT_EQ(read_one(*driver_, "k0")["count"], Number(4));
  EXPECT_EQ(read_one(*driver_, "k698")["count"], Number(4));
  EXPECT_EQ(read_one(*driver_, "k699")["count"], Number(1.5e308));
}

}  // namespace
}  // namespace trifle::stats::test
