// MySQL and MariaDB servers of a test's own: configured oddly, read-only, short of room. Killed and stopped they are in
// own_server_test.cpp.

#include <chrono>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/mysql.hpp>

#include "contract/batches.hpp"
#include "contract/mysql_connection.hpp"
#include "fault/own_server_test.hpp"
#include "fault/tls_server_test.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {
namespace {

using testing::SizeIs;

std::vector<OwnServerKind> own_servers() {
  std::vector<OwnServerKind> all;
  for (const auto& kind : mysql_servers()) {
    all.push_back({kind.name, [](const std::string& url) { return drivers::mysql(url); },
                   [](const std::string& url, std::chrono::milliseconds connect_timeout) {
                     return drivers::mysql(url, {.connect_timeout = connect_timeout});
                   }});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Mysql, OwnServerTest, testing::ValuesIn(own_servers()),
                         [](const auto& kind) { return kind.param.name; });

/// MariaDB refused every new connection when its disk was full.
std::vector<OwnServerKind> with_a_full_disk() {
  auto all = own_servers();
  std::erase_if(all, [](const OwnServerKind& kind) { return kind.name == "mariadb"; });
  return all;
}

INSTANTIATE_TEST_SUITE_P(Mysql, FullDiskTest, testing::ValuesIn(with_a_full_disk()),
                         [](const auto& kind) { return kind.param.name; });

std::vector<TlsKind> tls_servers() {
  std::vector<TlsKind> all;
  for (const auto& kind : mysql_servers()) {
    all.push_back({.name = kind.name,
                   .make = [](const TlsAsked& asked) { return drivers::mysql(server_of<drivers::MysqlServer>(asked)); },
                   .localhost = "LOCALHOST",  // in small letters it means the Unix socket
                   .tells_user_first = true,
                   .make_certified =
                       [](const std::string& url) {
                         MysqlConnection admin(url);
                         admin.run("CREATE USER certified IDENTIFIED BY 'trifle' REQUIRE X509");
                         admin.run("GRANT ALL ON trifle.* TO certified");
                       }});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Mysql, TlsServerTest, testing::ValuesIn(tls_servers()),
                         [](const auto& kind) { return kind.param.name; });

class MysqlServerTest : public OwnServerTest {
 protected:
  std::unique_ptr<detail::RowDriver> open(drivers::MysqlOptions options = {}) const {
    return drivers::mysql(server->url(), std::move(options)).release();
  }
  bool is_mariadb() const { return GetParam().name == "mariadb"; }
};

INSTANTIATE_TEST_SUITE_P(Servers, MysqlServerTest, testing::ValuesIn(own_servers()),
                         [](const auto& kind) { return kind.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MysqlServerTest);

TEST_P(MysqlServerTest, OddSettingsChangeNothing) {
  MysqlConnection admin(server->url());
  const std::string isolation = is_mariadb() ? "tx_isolation" : "transaction_isolation";
  admin.run(
      "SET GLOBAL time_zone = '+11:30', GLOBAL sql_mode = 'ANSI,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES',"
      " GLOBAL autocommit = 0, GLOBAL completion_type = 'CHAIN', GLOBAL sql_select_limit = 1,"
      " GLOBAL character_set_server = latin1, GLOBAL collation_server = latin1_german2_ci,"
      " GLOBAL sql_safe_updates = 1, GLOBAL max_join_size = 1, GLOBAL innodb_lock_wait_timeout = 1, GLOBAL " +
      isolation + " = 'SERIALIZABLE', GLOBAL " +
      (is_mariadb() ? "max_statement_time = 0.001" : "max_execution_time = 1"));
  admin.run("SET GLOBAL init_connect = 'SET NAMES latin1, sql_select_limit = 2'");
  for (const auto identity : {Identity::Full, Identity::Partial, Identity::Separated}) {
    const auto table = "t" + std::to_string(static_cast<int>(identity));
    const auto driver = open({.identity = identity, .table = table});
    driver->setup(Setup::Create);
    std::vector<Change> changes;
    for (const auto at : hours(kTen, 100))
      changes.push_back({.key = "\xE6\x9D\xB1 \xF0\x9F\x98\x80'\\", .at = at, .increments = {{"n", 1}, {"f", 0.5}}});
    for (int i = 0; i < 3; ++i) write(*driver, changes);
    const auto expect_each = [&](const Values& expected) {
      const auto found = read(*driver, changes.front().key, "1h", hours(kTen, 100));
      ASSERT_THAT(found, SizeIs(100));
      for (const auto& [at, values] : found) EXPECT_EQ(values, expected) << at;
    };
    expect_each({{"n", 3}, {"f", 1.5}});
    // The same on connections that replace the first ones.
    for (const auto& connection :
         admin.run("SELECT ID FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND DB IS NOT NULL"))
      admin.run("KILL " + connection.front());
    for (int i = 0; i < 2; ++i) write(*driver, changes);
    expect_each({{"n", 5}, {"f", 2.5}});
    driver->beam("w", {.at = kTen, .json = R"({"data.a":1})"});
    EXPECT_EQ(driver->scan("w")->at, kTen);
    EXPECT_EQ(admin.one("SELECT COUNT(*) FROM " + table), "100");
    if (identity != Identity::Full) {
      EXPECT_EQ(admin.one("SELECT MIN(at) FROM " + table), "2026-07-15 10:00:00.000000");
    }
  }
}

TEST_P(MysqlServerTest, ABatchLargerThanAPacketIsSplitAndARowLargerThanOneIsRefused) {
  MysqlConnection admin(server->url());
  admin.run("SET GLOBAL max_allowed_packet = 65536");
  const auto driver = open();
  driver->setup(Setup::Create);
  std::vector<Change> changes;
  for (const auto at : hours(kTen, 60)) {
    Change change{.at = at};
    for (int i = 0; i < 200; ++i) change.increments["some.rather.long.path." + std::to_string(i)] = 1'000'000 + i;
    changes.push_back(std::move(change));
  }
  for (int i = 0; i < 3; ++i) write(*driver, changes);
  ASSERT_EQ(read_one(*driver).at("some.rather.long.path.7"), Number(3'000'021));
  ASSERT_THAT(read(*driver, "event::signup", "1h", hours(kTen, 60)), SizeIs(60));

  Change large{.key = "large"};  // it fits, but not as it was beside what it becomes
  for (int i = 0; i < 1'200; ++i) large.increments["some.rather.long.path." + std::to_string(i)] = i;
  for (int i = 0; i < 5; ++i) write(*driver, {large, {.key = "small", .increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver, "large").at("some.rather.long.path.1199"), Number(5 * 1'199));
  EXPECT_EQ(read_one(*driver, "small").at("n"), Number(5));

  Change huge{.key = "huge"};
  for (int i = 0; i < 3'000; ++i) huge.increments["some.rather.long.path." + std::to_string(i)] = i;
  const auto error = error_of([&] { write(*driver, {changes.front(), huge}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  ASSERT_THAT(error->rows(), SizeIs(1)) << error->what();
  EXPECT_EQ(error->rows().front().key, "huge");
  EXPECT_EQ(read_one(*driver).at("some.rather.long.path.7"), Number(3'000'021)) << "nothing of it was written";
  write(*driver, {changes.front()});
  EXPECT_EQ(read_one(*driver).at("some.rather.long.path.7"), Number(4'000'028));
}

TEST_P(MysqlServerTest, AServerThatBecomesReadOnlyOrFullOfUsersSaysSo) {
  MysqlConnection admin(server->url());
  admin.run("CREATE USER app IDENTIFIED BY 'app' WITH MAX_USER_CONNECTIONS 2");
  admin.run("GRANT ALL ON trifle.* TO app");
  const auto address = address_of(server->url());
  const auto url = "mysql://app:app@" + address + "/trifle";
  const auto driver = drivers::mysql(url).release();
  driver->setup(Setup::Create);
  write(*driver, {{.increments = {{"n", 1}}}});

  admin.run("SET GLOBAL read_only = 1");
  for (int i = 0; i < 2; ++i) {
    const auto error = error_of([&] { write(*driver, {{.increments = {{"n", 1}}}}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::Storage);
    EXPECT_EQ(error->outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error->retry_is_safe());
    EXPECT_THAT(error->what(), testing::HasSubstr("read-only"));
    EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
  }
  admin.run("SET GLOBAL read_only = 0");
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));

  const auto other = drivers::mysql(url).release();  // the two that are allowed are taken
  const auto error = error_of([&] { write(*other, {{.increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Connection);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(error->retry_is_safe());
}

}  // namespace
}  // namespace trifle::stats::test
