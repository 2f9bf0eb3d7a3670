// MySQL and MariaDB in the suite of hot rows, and a deadlock of theirs: it is run again, and counted.

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <trifle/stats/drivers/mysql.hpp>

#include "concurrency/hot_rows_test.hpp"
#include "contract/batches.hpp"
#include "contract/mysql_connection.hpp"

namespace trifle::stats::test {
namespace {

std::vector<HotServer> hot_servers() {
  std::vector<HotServer> all;
  for (const auto& kind : mysql_servers()) {
    all.push_back({kind.name, [kind](const TempFolder& folder) { return mysql_database(kind, folder); }, {}});
    for (const auto identity : {Identity::Full, Identity::Separated}) {
      const drivers::MysqlOptions options{.identity = identity,
                                          .table = "t" + std::to_string(static_cast<int>(identity))};
      all.back().tables_of.push_back([options](const std::string& url) { return drivers::mysql(url, options); });
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Mysql, HotRowsTest, testing::ValuesIn(hot_servers()),
                         [](const auto& server) { return server.param.name; });

class MysqlHotRowsTest : public testing::TestWithParam<ServerKind> {};
INSTANTIATE_TEST_SUITE_P(Servers, MysqlHotRowsTest, testing::ValuesIn(mysql_servers()),
                         [](const auto& kind) { return kind.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MysqlHotRowsTest);

/// A deadlock on purpose: another program holds the last row and wants the first.
TEST_P(MysqlHotRowsTest, ADeadlockIsRunAgainAndCounted) {
  const TempFolder folder;
  const auto url = mysql_database(GetParam(), folder);
  const auto driver = drivers::mysql(url).release();
  driver->setup(Setup::Create);
  const std::vector<Change> both = {{.key = "a", .increments = {{"n", 1}}}, {.key = "b", .increments = {{"n", 1}}}};
  write(*driver, both);
  const auto before = driver->retries();
  // The server chooses who must give way: by turns it is the driver.
  std::int64_t written = 1;
  for (int round = 0; round < 20 && driver->retries() == before; ++round) {
    MysqlConnection other(url);
    other.run("BEGIN");
    // Much is changed, so that the other is the one that is kept.
    other.run("SELECT * FROM trifle_stats WHERE `key` LIKE 'b::%' FOR UPDATE");
    other.run("UPDATE trifle_stats SET data = '{\"n\": 1000}' WHERE `key` LIKE 'b::%'");
    for (int i = 0; i < 30; ++i)
      other.run("INSERT INTO trifle_stats VALUES ('x" + std::to_string(round * 100 + i) + "', '{}')");
    std::thread ours([&] { write(*driver, both); });
    // Ours has the first and waits for the last. The servers refresh that table only when nobody asked for 0.1 s.
    MysqlConnection watch(url);
    while (watch.one("SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'") == "0")
      std::this_thread::sleep_for(std::chrono::milliseconds(120));
    try {
      other.run("SELECT * FROM trifle_stats WHERE `key` LIKE 'a::%' FOR UPDATE");
    } catch (const std::exception&) {
      // The server chose the other one.
    }
    other.run("ROLLBACK");
    ours.join();
    ++written;
  }
  EXPECT_GT(driver->retries(), before);
  for (const auto* key : {"a", "b"}) EXPECT_EQ(read_one(*driver, key), (Values{{"n", written}}));
}

}  // namespace
}  // namespace trifle::stats::test
