// The tables that SQLite gets, and what `setup` says about those of others.

#include <filesystem>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/sqlite.hpp>

#include "contract/batches.hpp"
#include "contract/child.hpp"
#include "contract/sqlite_file.hpp"
#include "contract/temp_folder.hpp"

namespace trifle::stats::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SqliteSchemaTest : public testing::Test {
 protected:
  std::unique_ptr<detail::RowDriver> open(drivers::SqliteOptions options = {}) const {
    return drivers::sqlite(path_, std::move(options)).release();
  }
  SetupReport check(Identity identity = Identity::Full) const {
    return open({.identity = identity})->setup(Setup::Check);
  }

  TempFolder folder_;
  const std::string path_ = folder_.file("stats.db");
};

TEST_F(SqliteSchemaTest, CreatesWhatTheSistersCreate) {
  const std::pair<Identity, const char*> expected[] = {
      {Identity::Full, "CREATE TABLE \"t\" (key TEXT PRIMARY KEY, data TEXT NOT NULL DEFAULT '{}')"},
      {Identity::Partial,
       "CREATE TABLE \"t\" (key TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL DEFAULT '{}', PRIMARY KEY (key, "
       "at))"},
      {Identity::Separated,
       "CREATE TABLE \"t\" (key TEXT NOT NULL, granularity TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL DEFAULT "
       "'{}', PRIMARY KEY (key, granularity, at))"}};
  for (const auto& [identity, sql] : expected) {
    const TempFolder folder;
    const auto driver = drivers::sqlite(folder.file("x.db"), {.identity = identity, .table = "t"}).release();
    const auto report = driver->setup(Setup::Create);
    EXPECT_THAT(report.created, ElementsAre("t", "t_ping"));
    EXPECT_TRUE(report.ok());
    SqliteFile file(folder.file("x.db"));
    EXPECT_EQ(file.one("SELECT sql FROM sqlite_master WHERE name = 't'"), sql);
    EXPECT_EQ(file.one("SELECT sql FROM sqlite_master WHERE name = 't_ping'"),
              "CREATE TABLE \"t_ping\" (key TEXT PRIMARY KEY, at TEXT NOT NULL, data TEXT NOT NULL DEFAULT '{}')");
    EXPECT_EQ(file.one("PRAGMA journal_mode"), "wal");
  }
}

TEST_F(SqliteSchemaTest, StoresTheFamilysTexts) {
  const Change change{.increments = {{"count", 1}, {"duration", 2.5}, {"country.us", 1}}};
  const auto driver = open({.identity = Identity::Separated});
  driver->setup(Setup::Create);
  write(*driver, {change});
  driver->beam("w", {.at = kTen + 5, .json = R"({"data.a.b":1})"});
  SqliteFile file(path_);
  EXPECT_THAT(file.run("SELECT key, granularity, at, data, typeof(at), typeof(data) FROM trifle_stats"),
              ElementsAre(ElementsAre("event::signup", "1h", "2026-07-15T10:00:00Z",
                                      R"({"count":1,"country.us":1,"duration":2.5})", "text", "text")));
  EXPECT_THAT(file.run("SELECT key, at, data FROM trifle_stats_ping"),
              ElementsAre(ElementsAre("w", "2026-07-15T10:00:05Z", R"({"data.a.b":1})")));

  const auto full = open({.identity = Identity::Full, .table = "full"});
  full->setup(Setup::Create);
  write(*full, {change});
  EXPECT_EQ(file.one("SELECT key FROM full"), "event::signup::1h::1784109600");
  const auto partial = open({.identity = Identity::Partial, .table = "partial"});
  partial->setup(Setup::Create);
  write(*partial, {change});
  EXPECT_THAT(file.run("SELECT key, at FROM partial"),
              ElementsAre(ElementsAre("event::signup::1h", "2026-07-15T10:00:00Z")));
}

TEST_F(SqliteSchemaTest, CheckOfAMissingFileCreatesNothing) {
  const auto driver = open();
  const auto report = driver->setup(Setup::Check);
  EXPECT_THAT(report.missing, ElementsAre("trifle_stats", "trifle_stats_ping"));
  EXPECT_FALSE(std::filesystem::exists(path_));
  // Nor does reading.
  EXPECT_THROW(read_one(*driver), StorageError);
  EXPECT_THROW(driver->scan("w"), StorageError);
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_THAT(driver->setup(Setup::Create).created, SizeIs(2));
  EXPECT_TRUE(driver->setup(Setup::Check).ok());
}

TEST_F(SqliteSchemaTest, CheckTouchesNothing) {
  SqliteFile(path_).run("CREATE TABLE other (x)");
  const auto before = std::filesystem::last_write_time(path_);
  const auto size = std::filesystem::file_size(path_);
  EXPECT_THAT(check().missing, SizeIs(2));
  EXPECT_EQ(std::filesystem::last_write_time(path_), before);
  EXPECT_EQ(std::filesystem::file_size(path_), size);
  EXPECT_EQ(SqliteFile(path_).one("PRAGMA journal_mode"), "delete");
}

TEST_F(SqliteSchemaTest, TellsWhatIsWeakerThanOurs) {
  const auto differences = [&](const std::string& columns, Identity identity) {
    SqliteFile file(path_);
    for (const auto& found : file.run("SELECT type FROM sqlite_master WHERE name = 'trifle_stats'"))
      file.run("DROP " + found[0] + " trifle_stats");
    file.run(columns);
    return check(identity).differences;
  };
  const std::string table = "CREATE TABLE trifle_stats ";
  EXPECT_THAT(differences(table + "(key TEXT, data TEXT)", Identity::Full),
              ElementsAre(HasSubstr("no primary key or unique index on (key)")));
  EXPECT_THAT(
      differences(table + "(key TEXT NOT NULL, at TEXT, data TEXT, PRIMARY KEY (key))", Identity::Partial),
      ElementsAre(HasSubstr("no primary key or unique index on (key, at)"), HasSubstr("another unique key, on (key)")));
  EXPECT_THAT(differences(table + "(key TEXT PRIMARY KEY, data TEXT)", Identity::Partial),
              ElementsAre(HasSubstr("no column 'at'")));
  EXPECT_THAT(differences(table + "(key TEXT COLLATE NOCASE PRIMARY KEY, data TEXT)", Identity::Full),
              ElementsAre(HasSubstr("column 'key' with a collation other than BINARY"),
                          HasSubstr("unique key with a collation")));
  EXPECT_THAT(differences(table + "(key TEXT, data TEXT); CREATE UNIQUE INDEX i ON trifle_stats (key COLLATE RTRIM)",
                          Identity::Full),
              ElementsAre(HasSubstr("unique key with a collation other than BINARY")));
  EXPECT_THAT(differences(table + "(key INTEGER PRIMARY KEY, data TEXT)", Identity::Full),
              Contains(HasSubstr("turns keys into numbers")));
  EXPECT_THAT(differences(table + "(key TEXT PRIMARY KEY, data TEXT, owner TEXT NOT NULL)", Identity::Full),
              ElementsAre(HasSubstr("column 'owner' that must be given")));
  EXPECT_THAT(differences(table + "(key TEXT, data TEXT); CREATE UNIQUE INDEX i ON trifle_stats (key) WHERE data = 1",
                          Identity::Full),
              ElementsAre(HasSubstr("no primary key or unique index")));
  EXPECT_THAT(differences("CREATE VIEW trifle_stats AS SELECT '' AS key, '' AS data", Identity::Full),
              ElementsAre(HasSubstr("is a view")));
  EXPECT_THAT(differences(table + "(key TEXT PRIMARY KEY, data TEXT, at TEXT, note TEXT)", Identity::Full), IsEmpty());
}

TEST_F(SqliteSchemaTest, KeysThatLookAlikeNeverMixInATableThatTakesThemForOne) {
  SqliteFile(path_).run("CREATE TABLE trifle_stats (key TEXT COLLATE NOCASE PRIMARY KEY, data TEXT)");
  const auto driver = open();
  write(*driver, {{.key = "signup", .increments = {{"n", 1}}}});
  const auto error = error_of([&] { write(*driver, {{.key = "Signup", .increments = {{"n", 10}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Storage);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_EQ(read(*driver, "signup", "1h", hours(kTen, 3)), (Found{{kTen, {{"n", 1}}}}));
  EXPECT_THAT(read(*driver, "SIGNUP", "1h", hours(kTen, 3)), IsEmpty());
}

TEST_F(SqliteSchemaTest, TableNamesThatAreNoneAreRefused) {
  for (const auto& name : {std::string("a\0b", 3), std::string("\xFF")}) {
    EXPECT_THROW(open({.table = name}), InvalidArgument);
    EXPECT_THROW(open({.status_table = name}), InvalidArgument);
  }
  EXPECT_THROW(open({.table = ""}), InvalidArgument);
  EXPECT_THROW(open({.table = "same", .status_table = "SAME"}), InvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteSchemaTest, OptionsOutOfRangeAreRefused) {
  using std::chrono::milliseconds;
  EXPECT_THROW(open({.busy_timeout = milliseconds(-1)}), InvalidArgument);
  EXPECT_THROW(open({.busy_timeout = std::chrono::hours(25)}), InvalidArgument);
  EXPECT_THROW(open({.wal_autocheckpoint = 0}), InvalidArgument);
  EXPECT_THROW(open({.max_readers = 0}), InvalidArgument);
  EXPECT_THROW(open({.max_readers = 65}), InvalidArgument);
  EXPECT_THROW(drivers::sqlite("", {}), InvalidArgument);
  EXPECT_THROW(drivers::sqlite(std::string("a\0b", 3), {}), InvalidArgument);
  EXPECT_THROW(drivers::sqlite(static_cast<sqlite3*>(nullptr), {}), InvalidArgument);
}

TEST_F(SqliteSchemaTest, ProgramsMaySetUpAtTheSameTime) {
  for (int round = 0; round < 5; ++round) {
    const TempFolder folder;
    Pipe start;
    std::vector<Child> children;
    for (int i = 0; i < 4; ++i) {
      children.emplace_back([&] {
        start.close_writing();
        start.wait();
        const auto driver = drivers::sqlite(folder.file("x.db"), {.busy_timeout = std::chrono::minutes(1)}).release();
        return driver->setup(Setup::Create).ok();
      });
    }
    start.close_writing();
    for (auto& child : children) EXPECT_TRUE(child.succeeded());
  }
}

}  // namespace
}  // namespace trifle::stats::test
