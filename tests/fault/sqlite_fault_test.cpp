// What goes wrong around a SQLite file, and what is told of it: the outcome told is the outcome found, and the driver
// goes on once the cause is gone.

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/sqlite.hpp>

#include "contract/batches.hpp"
#include "contract/child.hpp"
#include "contract/sqlite_file.hpp"
#include "contract/temp_folder.hpp"

namespace trifle::stats::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<Change> kOne = {{.increments = {{"n", 1}}}};

class SqliteFaultTest : public testing::Test {
 protected:
  std::unique_ptr<detail::RowDriver> open(drivers::SqliteOptions options = {}) const {
    return drivers::sqlite(path_, std::move(options)).release();
  }
  std::unique_ptr<detail::RowDriver> open_with_tables(drivers::SqliteOptions options = {}) const {
    auto driver = open(std::move(options));
    driver->setup(Setup::Create);
    return driver;
  }

  TempFolder folder_;
  const std::string path_ = folder_.file("stats.db");
};

void expect_not_applied(const std::unique_ptr<Error>& error, ErrorCode code, bool retry_is_safe) {
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), code) << error->what();
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_EQ(error->retry_is_safe(), retry_is_safe);
  EXPECT_EQ(error->backend(), "sqlite");
  EXPECT_THAT(error->rows(), IsEmpty());
}

TEST_F(SqliteFaultTest, LockedByAnotherProcessBeyondTheTimeout) {
  const auto driver = open_with_tables({.busy_timeout = milliseconds(20)});
  write(*driver, kOne);
  Pipe locked;
  Pipe release;
  Child other([&] {
    release.close_writing();
    SqliteFile file(path_);
    file.run("BEGIN IMMEDIATE");
    locked.put();
    release.wait();
    file.run("ROLLBACK");
    return true;
  });
  ASSERT_TRUE(locked.wait());
  const auto error = error_of([&] { write(*driver, kOne); });
  expect_not_applied(error, ErrorCode::Timeout, true);
  EXPECT_EQ(error->native_code() & 0xff, SQLITE_BUSY);
  EXPECT_EQ(error_of([&] { driver->beam("w", {.at = 1, .json = "{}"}); })->code(), ErrorCode::Timeout);
  // Reading doesn't wait for a writer.
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
  release.close_writing();
  EXPECT_TRUE(other.succeeded());
  write(*driver, kOne);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
}

TEST_F(SqliteFaultTest, ACommitThatReadersHoldUpIsRolledBack) {
  const auto driver =
      open_with_tables({.journal = drivers::SqliteOptions::Journal::Delete, .busy_timeout = milliseconds(20)});
  write(*driver, kOne);
  SqliteFile reader(path_);
  reader.run("BEGIN; SELECT * FROM trifle_stats");
  expect_not_applied(error_of([&] { write(*driver, kOne); }), ErrorCode::Timeout, true);
  reader.run("COMMIT");
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
  write(*driver, kOne);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
}

TEST_F(SqliteFaultTest, NotADatabase) {
  std::ofstream(path_) << std::string(5000, 'x');
  expect_not_applied(error_of([&] { open(); }), ErrorCode::CorruptData, false);
  expect_not_applied(error_of([&] { open({.open = drivers::SqliteOptions::Open::ReadOnly}); }), ErrorCode::CorruptData,
                     false);
  std::ofstream(path_) << "short";
  expect_not_applied(error_of([&] { open(); }), ErrorCode::CorruptData, false);
  EXPECT_EQ(std::filesystem::file_size(path_), 5u);
}

TEST_F(SqliteFaultTest, BrokenBehindOurBack) {
  const auto driver = open_with_tables();
  write(*driver, kOne);
  SqliteFile(path_).run("PRAGMA wal_checkpoint(TRUNCATE)");
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file << std::string(std::filesystem::file_size(path_), 'x');
  }
  EXPECT_EQ(error_of([&] { open()->setup(Setup::Check); })->code(), ErrorCode::CorruptData);
}

TEST_F(SqliteFaultTest, CannotBeOpened) {
  const auto opened = [](const std::string& path, drivers::SqliteOptions::Open open) {
    return error_of([&] { drivers::sqlite(path, {.open = open}); });
  };
  using Open = drivers::SqliteOptions::Open;
  expect_not_applied(opened(folder_.file("no/such/folder.db"), Open::CreateIfMissing), ErrorCode::Connection, true);
  expect_not_applied(opened(path_, Open::MustExist), ErrorCode::Connection, true);
  expect_not_applied(opened(path_, Open::ReadOnly), ErrorCode::Connection, true);
  expect_not_applied(opened(folder_.path().string(), Open::CreateIfMissing), ErrorCode::Connection, true);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteFaultTest, OpenedReadOnly) {
  const auto writer = open_with_tables();
  write(*writer, kOne);
  const auto driver = open({.open = drivers::SqliteOptions::Open::ReadOnly});
  EXPECT_TRUE(driver->setup(Setup::Create).ok());
  expect_not_applied(error_of([&] { write(*driver, kOne); }), ErrorCode::Storage, true);
  expect_not_applied(error_of([&] { driver->beam("w", {.at = 1, .json = "{}"}); }), ErrorCode::Storage, true);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
}

/// Permissions bind only those who are not root.
bool as_nobody() { return ::getuid() != 0 || (::setgid(65'534) == 0 && ::setuid(65'534) == 0); }

TEST_F(SqliteFaultTest, AFileThatMayNotBeWritten) {
  write(*open_with_tables(), kOne);
  ::chmod(path_.c_str(), 0444);
  ::chmod(folder_.path().c_str(), 0777);
  Child child([&] {
    if (!as_nobody()) return false;
    const auto driver = open();
    const auto error = error_of([&] { write(*driver, kOne); });
    return error && error->code() == ErrorCode::Storage && error->outcome() == Outcome::NotApplied;
  });
  EXPECT_TRUE(child.succeeded());
  EXPECT_EQ(read_one(*open()), (Values{{"n", 1}}));
}

TEST_F(SqliteFaultTest, AFolderThatMayNotBeWritten) {
  ::chmod(folder_.path().c_str(), 0555);
  Child child([&] {
    if (!as_nobody()) return false;
    const auto driver = open();
    const auto error = error_of([&] { driver->setup(Setup::Create); });
    return error && error->code() == ErrorCode::Connection && error->outcome() == Outcome::NotApplied;
  });
  EXPECT_TRUE(child.succeeded());
  ::chmod(folder_.path().c_str(), 0755);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteFaultTest, Full) {
  SqliteFile file(path_);
  const auto driver = drivers::sqlite(file.get()).release();
  driver->setup(Setup::Create);
  write(*driver, kOne);
  const auto pages = std::stoi(file.one("PRAGMA page_count"));
  file.run("PRAGMA max_page_count=" + std::to_string(pages + 2));
  std::vector<Change> many = kOne;
  for (const auto at : hours(kTen + kHour, 2'000)) many.push_back({.at = at, .increments = {{"n", 1}}});
  const auto error = error_of([&] { write(*driver, many); });
  expect_not_applied(error, ErrorCode::Storage, true);
  EXPECT_EQ(error->native_code() & 0xff, SQLITE_FULL);
  EXPECT_EQ(sqlite3_get_autocommit(file.get()), 1) << "left inside a transaction";
  EXPECT_EQ(file.one("SELECT count(*) FROM trifle_stats"), "1");
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));

  file.run("PRAGMA max_page_count=1000000");
  write(*driver, many);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
}

TEST_F(SqliteFaultTest, NoTableYet) {
  const auto driver = open();
  const auto error = error_of([&] { write(*driver, kOne); });
  expect_not_applied(error, ErrorCode::Storage, true);
  EXPECT_THAT(error->what(), HasSubstr("run setup"));
  EXPECT_THAT(error_of([&] { read_one(*driver); })->what(), HasSubstr("run setup"));
  EXPECT_THAT(error_of([&] { driver->scan("w"); })->what(), HasSubstr("run setup"));
  EXPECT_THAT(error_of([&] { driver->beam("w", {.at = 1, .json = "{}"}); })->what(), HasSubstr("run setup"));
  driver->setup(Setup::Create);
  write(*driver, kOne);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
}

TEST_F(SqliteFaultTest, DroppedAndCreatedAgainWhileOpen) {
  const auto driver = open_with_tables();
  SqliteFile file(path_);
  for (const auto* options : {"", " WITHOUT ROWID", ""}) {
    write(*driver, kOne);
    driver->beam("w", {.at = 1, .json = "{}"});
    EXPECT_NE(read_one(*driver), Values{});
    file.run("DROP TABLE trifle_stats; DROP TABLE trifle_stats_ping");
    EXPECT_THAT(error_of([&] { write(*driver, kOne); })->what(), HasSubstr("run setup"));
    EXPECT_THAT(error_of([&] { read_one(*driver); })->what(), HasSubstr("run setup"));
    EXPECT_THAT(error_of([&] { driver->scan("w"); })->what(), HasSubstr("run setup"));
    EXPECT_THAT(error_of([&] { driver->beam("w", {.at = 1, .json = "{}"}); })->what(), HasSubstr("run setup"));
    file.run(std::string("CREATE TABLE trifle_stats (key TEXT PRIMARY KEY, data TEXT)") + options);
    driver->setup(Setup::Create);
    write(*driver, kOne);
    write(*driver, kOne);
    EXPECT_EQ(read_one(*driver), (Values{{"n", 2}})) << options;
    EXPECT_EQ(driver->scan("w"), std::nullopt);
  }
}

TEST_F(SqliteFaultTest, OtherColumnsThanTheIdentityWants) {
  open_with_tables({.identity = Identity::Separated});
  const auto driver = open({.identity = Identity::Full});
  const auto error = error_of([&] { write(*driver, kOne); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Storage);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  const auto partial = open({.identity = Identity::Partial});
  EXPECT_EQ(error_of([&] { write(*partial, kOne); })->outcome(), Outcome::NotApplied);
  EXPECT_EQ(SqliteFile(path_).one("SELECT count(*) FROM trifle_stats"), "0");
}

TEST_F(SqliteFaultTest, ALentConnectionWithATransactionOpen) {
  SqliteFile file(path_);
  const auto driver = drivers::sqlite(file.get()).release();
  driver->setup(Setup::Create);
  write(*driver, kOne);
  file.run("CREATE TABLE theirs (x); BEGIN; INSERT INTO theirs VALUES (1)");
  expect_not_applied(error_of([&] { write(*driver, kOne); }), ErrorCode::Storage, true);
  expect_not_applied(error_of([&] { driver->beam("w", {.at = 1, .json = "{}"}); }), ErrorCode::Storage, true);
  expect_not_applied(error_of([&] { driver->setup(Setup::Create); }), ErrorCode::Storage, true);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
  EXPECT_EQ(sqlite3_get_autocommit(file.get()), 0) << "the application's transaction is gone";
  file.run("COMMIT");
  EXPECT_EQ(file.one("SELECT count(*) FROM theirs"), "1");
  write(*driver, kOne);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
}

TEST_F(SqliteFaultTest, ALentConnectionIsLeftAsItWas) {
  SqliteFile file(path_);
  sqlite3_extended_result_codes(file.get(), 0);
  file.run("PRAGMA synchronous=EXTRA; PRAGMA wal_autocheckpoint=77");
  {
    const auto driver = drivers::sqlite(file.get()).release();
    EXPECT_FALSE(driver->traits().background);
    driver->setup(Setup::Create);
    write(*driver, kOne);
    read_one(*driver);
  }
  EXPECT_EQ(file.one("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(file.one("PRAGMA synchronous"), "3");
  EXPECT_EQ(file.one("PRAGMA wal_autocheckpoint"), "77");
  EXPECT_EQ(sqlite3_next_stmt(file.get(), nullptr), nullptr) << "a statement was left";
  EXPECT_EQ(file.one("SELECT count(*) FROM trifle_stats"), "1");
}

TEST_F(SqliteFaultTest, ALentConnectionInAnotherThread) {
  SqliteFile file(path_);
  const auto driver = drivers::sqlite(file.get()).release();
  driver->setup(Setup::Create);
  std::thread other([&] {
    EXPECT_EQ(error_of([&] { write(*driver, kOne); })->code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(error_of([&] { read_one(*driver); })->code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(error_of([&] { driver->scan("w"); })->code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(error_of([&] { driver->setup(Setup::Check); })->code(), ErrorCode::InvalidArgument);
  });
  other.join();
  write(*driver, kOne);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
}

TEST_F(SqliteFaultTest, AChildMayNotUseItsParentsConnection) {
  auto driver = open_with_tables();
  write(*driver, kOne);
  Child child([&] {
    const auto refused = [&](auto&& call) {
      const auto error = error_of(call);
      return error && error->code() == ErrorCode::Connection && error->outcome() == Outcome::NotApplied;
    };
    const bool all = refused([&] { write(*driver, kOne); }) && refused([&] { read_one(*driver); }) &&
                     refused([&] { driver->setup(Setup::Check); }) && refused([&] { driver->scan("w"); });
    driver.reset();  // must leave the parent's WAL alone
    const auto own = open();
    write(*own, kOne);
    return all;
  });
  EXPECT_TRUE(child.succeeded());
  write(*driver, kOne);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 3}}));
  driver.reset();
  EXPECT_EQ(SqliteFile(path_).one("PRAGMA integrity_check"), "ok");
}

TEST_F(SqliteFaultTest, AnotherWorkingDirectoryIsNotAnotherFile) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  const auto driver = drivers::sqlite("stats.db").release();
  std::filesystem::current_path(before);
  driver->setup(Setup::Create);
  write(*driver, kOne);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
  EXPECT_TRUE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace trifle::stats::test
