// How the MySQL driver connects: TLS as it was asked for, a lent connection left as it was, secrets in no message.

#include <cmath>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <mysql.h>
#include <trifle/stats/drivers/mysql.hpp>

#include "contract/batches.hpp"
#include "contract/mysql_connection.hpp"
#include "drivers/mysql/url.hpp"

namespace trifle::stats::test {
namespace {

using drivers::Tls;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class MysqlConnectionTest : public testing::TestWithParam<ServerKind> {
 protected:
  std::string url() const { return mysql_database(GetParam(), folder); }
  drivers::MysqlServer server() const { return detail::mysql::read_url(url()); }
  bool is_mariadb() const { return GetParam().name == "mariadb"; }

  /// What connecting comes to: empty where it works.
  static std::string outcome(const drivers::MysqlServer& server) {
    try {
      drivers::mysql(server).release()->setup(Setup::Check);
      return {};
    } catch (const ConnectionError& error) {
      EXPECT_EQ(error.outcome(), Outcome::NotApplied);
      return error.what() + error.native_text();
    }
  }

  TempFolder folder;
};

INSTANTIATE_TEST_SUITE_P(Servers, MysqlConnectionTest, testing::ValuesIn(mysql_servers()),
                         [](const auto& kind) { return kind.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MysqlConnectionTest);

// The MariaDB server of the tests has no TLS, the MySQL one a certificate that it made for itself.
TEST_P(MysqlConnectionTest, TlsIsWhatWasAskedForOrThereIsNoConnection) {
  auto asked = server();
  for (const auto tls : {Tls::Off, Tls::Prefer}) {
    asked.tls = tls;
    EXPECT_EQ(outcome(asked), "");
  }
  asked.tls = Tls::Require;
  EXPECT_THAT(outcome(asked), is_mariadb() ? HasSubstr("TLS was asked for") : testing::Matcher<std::string>(IsEmpty()));
  asked.tls = Tls::VerifyFull;
  EXPECT_THAT(outcome(asked), Not(IsEmpty())) << "nobody vouches for that certificate";
  const char* const authority = std::getenv("TRIFLE_TEST_MYSQL_CA");
  if (!authority) return;
  asked.ca_file = authority;
  EXPECT_THAT(outcome(asked), Not(IsEmpty())) << "it is made out to another name";
  asked.tls = Tls::VerifyCa;
  EXPECT_THAT(outcome(asked), is_mariadb() ? HasSubstr("TLS was asked for") : testing::Matcher<std::string>(IsEmpty()));
  asked.ca_file = folder.file("none.pem");
  EXPECT_THAT(outcome(asked), Not(IsEmpty()));
}

TEST_P(MysqlConnectionTest, WithoutAccessNoPasswordIsTold) {
  auto asked = server();
  asked.password = "a-wrong-secret";
  EXPECT_THAT(outcome(asked), testing::AllOf(HasSubstr("denied"), Not(HasSubstr("secret"))));
  asked = server();
  asked.database = "no_such_database";
  EXPECT_THAT(outcome(asked), HasSubstr("database"));
  asked = server();
  asked.port = 1;
  EXPECT_THAT(outcome(asked), HasSubstr("can't be reached"));
}

TEST_P(MysqlConnectionTest, ALentConnectionIsLeftAsItWas) {
  MysqlConnection lent(url());
  lent.run(
      "SET SESSION sql_mode = 'ANSI_QUOTES,NO_ZERO_DATE', sql_select_limit = 1, time_zone = '+07:30',"
      " completion_type = 'CHAIN', innodb_lock_wait_timeout = 7");
  const auto* const settings =
      "SELECT CONCAT_WS('|', @@sql_mode, @@sql_select_limit, @@time_zone, @@completion_type, @@autocommit,"
      " @@innodb_lock_wait_timeout)";
  const auto before = lent.one(settings);
  const auto driver = drivers::mysql(lent.get()).release();
  EXPECT_FALSE(driver->traits().background);
  driver->setup(Setup::Create);
  for (int i = 0; i < 2; ++i)
    write(*driver, {{.increments = {{"n", 1}}}, {.at = kTen + kHour, .increments = {{"n", 1}}}});
  EXPECT_EQ(read(*driver, "event::signup", "1h", hours(kTen, 2)).size(), 2u) << "the limit of one row is not ours";
  driver->beam("w", {.at = 1, .json = "{}"});
  EXPECT_TRUE(driver->scan("w"));
  EXPECT_THROW(write(*driver, {{.increments = {{"n", INFINITY}}}}), StorageError);
  EXPECT_EQ(lent.one(settings), before);
  EXPECT_EQ(lent.one("SELECT 'here'"), "here");
}

TEST_P(MysqlConnectionTest, ALentConnectionWithATransactionOpenIsNotWrittenTo) {
  MysqlConnection lent(url());
  const auto driver = drivers::mysql(lent.get()).release();
  driver->setup(Setup::Create);
  lent.run("CREATE TABLE theirs (n INT)");
  lent.run("BEGIN");
  lent.run("INSERT INTO theirs VALUES (1)");
  for (const auto& call : {std::function<void()>([&] {
                             write(*driver, {{.increments = {{"n", 1}}}});
                           }),
                           std::function<void()>([&] { driver->beam("w", {.at = 1, .json = "{}"}); }),
                           std::function<void()>([&] { driver->setup(Setup::Create); })}) {
    const auto error = error_of(call);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error->retry_is_safe());
    EXPECT_THAT(error->what(), HasSubstr("transaction open"));
  }
  EXPECT_THAT(read_one(*driver), IsEmpty());
  lent.run("ROLLBACK");
  EXPECT_EQ(lent.one("SELECT COUNT(*) FROM theirs"), "0") << "nothing of ours committed it";
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
}

TEST_P(MysqlConnectionTest, ALentConnectionServesItsOwnThreadAndUtf8Only) {
  MysqlConnection lent(url());
  const auto driver = drivers::mysql(lent.get()).release();
  driver->setup(Setup::Create);
  std::thread([&] { EXPECT_THROW(read_one(*driver), InvalidArgument); }).join();
  EXPECT_EQ(driver->maker(), nullptr);
  lent.run("SELECT 1");
  MysqlConnection other(url());
  ASSERT_EQ(mysql_set_character_set(other.get(), "latin1"), 0);
  EXPECT_THROW(drivers::mysql(other.get()), InvalidArgument);
}

TEST_P(MysqlConnectionTest, ManyReadersShareAFewConnections) {
  const auto driver = drivers::mysql(url(), {.max_readers = 2}).release();
  driver->setup(Setup::Create);
  write(*driver, {{.increments = {{"n", 1}}}});
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) ASSERT_EQ(read_one(*driver), (Values{{"n", 1}}));
    });
  }
  for (auto& thread : threads) thread.join();
  MysqlConnection db(url());
  const auto ours = std::stoi(db.one("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE()")) - 1;
  EXPECT_LE(ours, 3);
}

}  // namespace
}  // namespace trifle::stats::test
