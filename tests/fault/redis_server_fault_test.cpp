// A Redis of one's own that dies, forgets, fills up, becomes a replica or is kept busy: what the driver says is what it
// holds.

#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/redis.hpp>

#include "all_rounds.hpp"
#include "contract/batches.hpp"
#include "contract/redis_connection.hpp"
#include "servers/server_control.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RedisServerFaultTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!OwnServer::available("redis")) GTEST_SKIP() << "TRIFLE_TEST_REDIS_URL is not set";
    server.emplace("redis");
    redis.emplace(server->url());
  }

  std::unique_ptr<detail::RowDriver> open(bool scripts = true, drivers::RedisOptions options = {}) const {
    return drivers::redis(scripts ? server->url() : redis_url_without_scripts(server->url()), std::move(options))
        .release();
  }

  /// A batch of two rows is refused with this code, nothing of it is there, and it may be sent again.
  void expect_refused(detail::RowDriver& driver, ErrorCode code, const std::string& native) {
    const auto before = stored();
    const auto error = error_of([&] { write_one(driver); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), code) << error->what();
    EXPECT_EQ(error->outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error->retry_is_safe());
    EXPECT_THAT(error->native_text(), HasSubstr(native));
    EXPECT_EQ(stored(), before);
  }
  static void write_one(detail::RowDriver& driver) {
    write(driver, {{.key = "a", .increments = {{"n", 1}}}, {.key = "b", .increments = {{"n", 1}}}});
  }
  std::vector<std::string> stored() {
    return redis->run({"EVAL",
                       "return {redis.call('HGET', 'trfl::a::1h::1784109600', 'n'), redis.call('HGET', "
                       "'trfl::b::1h::1784109600', 'n')}",
                       "0"});
  }

  std::optional<OwnServer> server;
  std::optional<RedisConnection> redis;
};

TEST_F(RedisServerFaultTest, KilledUnderLoadItHoldsWhatWasSaid) {
  redis.reset();
  const int kills = all_rounds() ? 20 : 2;
  std::atomic<std::int64_t> sum{0};
  {
    trifle::Stats stats(drivers::redis(server->url()), {.granularities = {"1h"}, .buffer = {.duration = 5ms}});
    std::atomic<bool> stop{false};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        while (!stop) {
          stats.track("k", Instant::from_unix(kTen), {{"n", 1}, {"half", 0.5}});
          ++sum;
          std::this_thread::sleep_for(50us);
        }
      });
    }
    for (int i = 0; i < kills; ++i) {
      std::this_thread::sleep_for(200ms);
      server->kill();
      std::this_thread::sleep_for(50ms);
      server->start();
    }
    std::this_thread::sleep_for(100ms);
    stop = true;
    threads.clear();
    stats.close(30s);
    EXPECT_EQ(stats.health().unknown_operations, 0u);
    EXPECT_EQ(stats.health().dropped_refused, 0u);
  }
  const auto row = read_one(*open(), "k");
  EXPECT_EQ(row.at("n"), Number(sum.load()));
  EXPECT_EQ(row.at("half"), Number(static_cast<double>(sum.load()) / 2));
}

TEST_F(RedisServerFaultTest, WithoutPersistenceARestartIsEmptyAndUsable) {
  const auto driver = open();
  redis->run({"CONFIG", "SET", "appendonly", "no"});
  write_one(*driver);
  server->kill();
  redis.reset();
  server->start();
  redis.emplace(server->url());
  // The script is gone with the data.
  EXPECT_THAT(read_one(*driver, "a"), IsEmpty());
  write_one(*driver);
  EXPECT_THAT(stored(), ElementsAre("1", "1"));
}

TEST_F(RedisServerFaultTest, AFullServerRefusesAll) {
  for (const bool scripts : {true, false}) {
    const auto driver = open(scripts);
    write_one(*driver);
    redis->run({"CONFIG", "SET", "maxmemory", "1"});
    expect_refused(*driver, ErrorCode::Storage, "OOM");
    redis->run({"CONFIG", "SET", "maxmemory", "0"});
    write_one(*driver);
  }
  EXPECT_THAT(stored(), ElementsAre("4", "4"));
}

TEST_F(RedisServerFaultTest, AReplicaRefusesAll) {
  for (const bool scripts : {true, false}) {
    const auto driver = open(scripts);
    write_one(*driver);
    redis->run({"REPLICAOF", "127.0.0.1", "1"});
    expect_refused(*driver, ErrorCode::Storage, "READONLY");
    redis->run({"REPLICAOF", "NO", "ONE"});
    write_one(*driver);
  }
  EXPECT_THAT(stored(), ElementsAre("4", "4"));
}

TEST_F(RedisServerFaultTest, ABatchThatReplicasLackIsUnknownAndComesAgain) {
  redis->run({"CONFIG", "SET", "repl-diskless-sync-delay", "0"});
  for (const bool scripts : {true, false}) {
    const auto driver = open(scripts, {.wait_replicas = 1, .wait_timeout = 20ms});
    const auto rows =
        rows_of(driver->layout(), {{.key = "a", .increments = {{"n", 1}}}, {.key = "b", .increments = {{"n", 1}}}});
    const auto error = error_of([&] { driver->write(rows); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->outcome(), Outcome::Unknown);
    EXPECT_THAT(error->what(), HasSubstr("too few replicas"));
    {
      OwnServer second("redis");
      RedisConnection replica(second.url());
      replica.run({"CONFIG", "SET", "masterauth", "trifle"});
      const auto url = server->url();
      replica.run({"REPLICAOF", "127.0.0.1", url.substr(url.rfind(':') + 1)});
      while (replica.info("master_link_status") != "up") std::this_thread::sleep_for(5ms);
      const auto patient = open(scripts, {.wait_replicas = 1, .wait_timeout = 10s});
      patient->write(rows);
      EXPECT_EQ(replica.one({"HGET", "trfl::a::1h::1784109600", "n"}), scripts ? "1" : "2");
    }
  }
  EXPECT_THAT(stored(), ElementsAre("2", "2"));
}

TEST_F(RedisServerFaultTest, ForgottenScriptsAreLoadedAgain) {
  const auto driver = open();
  for (int i = 0; i < 3; ++i) {
    write_one(*driver);
    redis->run({"SCRIPT", "FLUSH"});
  }
  EXPECT_THAT(stored(), ElementsAre("3", "3"));
}

TEST_F(RedisServerFaultTest, AUserWhoMayNoLongerRunScriptsStillWrites) {
  redis->run({"ACL", "SETUSER", "app", "on", ">trifle", "~*", "&*", "+@all"});
  auto url = server->url();
  url.replace(url.find("://:"), 4, "://app:");
  const auto driver = drivers::redis(url).release();
  write_one(*driver);
  redis->run({"ACL", "SETUSER", "app", "-@scripting"});
  write_one(*driver);
  EXPECT_THAT(stored(), ElementsAre("2", "2"));
  redis->run({"ACL", "SETUSER", "app", "-hset", "-multi"});
  expect_refused(*driver, ErrorCode::Storage, "NOPERM");
}

TEST_F(RedisServerFaultTest, SomebodysEndlessScriptIsATimeout) {
  redis->run({"CONFIG", "SET", "lua-time-limit", "50"});
  const auto driver = open();
  write_one(*driver);
  std::jthread endless([&] {
    try {
      RedisConnection(server->url()).run({"EVAL", "while true do end", "0"});
    } catch (const std::runtime_error&) {
      // killed
    }
  });
  // Until the server calls itself busy, calls wait.
  for (bool busy = false; !busy;) {
    try {
      redis->run({"PING"});
      std::this_thread::sleep_for(1ms);
    } catch (const std::runtime_error&) {
      busy = true;
    }
  }
  const auto error = error_of([&] { write_one(*driver); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Timeout);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(error->retry_is_safe());
  redis->run({"SCRIPT", "KILL"});
  endless.join();
  write_one(*driver);
  EXPECT_THAT(stored(), ElementsAre("2", "2"));
}

TEST_F(RedisServerFaultTest, ARequestThatWasKilledBeforeItRanIsNotApplied) {
  const auto driver = open();
  write_one(*driver);
  redis->run({"CLIENT", "PAUSE", "60000", "WRITE"});
  std::jthread repair([&] {
    while (redis->info("blocked_clients") == "0") std::this_thread::sleep_for(1ms);
    redis->run({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    redis->run({"CLIENT", "UNPAUSE"});
  });
  const auto error = error_of([&] { write_one(*driver); });
  repair.join();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied) << error->what();
  EXPECT_TRUE(error->retry_is_safe());
  EXPECT_THAT(stored(), ElementsAre("1", "1"));
}

TEST_F(RedisServerFaultTest, AServerThatThrowsBucketsAwayIsToldBySetup) {
  const auto driver = open();
  EXPECT_TRUE(driver->setup(Setup::Check).ok());
  redis->run({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  EXPECT_TRUE(driver->setup(Setup::Check).ok()) << "it has no limit";
  redis->run({"CONFIG", "SET", "maxmemory", "1000000000"});
  EXPECT_THAT(driver->setup(Setup::Check).differences, ElementsAre(HasSubstr("allkeys-lru")));
}

}  // namespace
}  // namespace trifle::stats::test
