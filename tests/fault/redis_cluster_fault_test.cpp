// A cluster of one's own: a slot that moves while it is written, a node that is cut off, one that is full. What the
// driver says is what the nodes hold.

#include "fault/redis_cluster_fault_test.hpp"

#include <atomic>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>

#include "all_rounds.hpp"
#include "contract/batches.hpp"
#include "seed.hpp"
#include "servers/toxiproxy.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using detail::redis::slot_of;
using testing::HasSubstr;
using testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(Clusters, RedisClusterFaultTest, testing::Values(kRedisCluster, kValkeyCluster),
                         [](const auto& cluster) { return std::string(cluster.param.name); });

TEST_P(RedisClusterFaultTest, ASlotThatMovesWhileItIsWrittenIsFollowed) {
  start(0);
  const auto slot = slot_of("{k}");
  auto any = node(ports[0]);
  const int from_port = owner_of(slot, any);
  ASSERT_NE(from_port, 0);
  const int to_port = from_port == ports[0] ? ports[1] : ports[0];
  auto from = node(from_port);
  auto to = node(to_port);
  const auto number = std::to_string(slot);
  const auto at = Instant::from_unix(kTen);

  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> sum{0};
  {
    trifle::Stats stats(drivers::redis(url), {.granularities = {"1h"}, .buffer = {.duration = 2ms}});
    stats.track("{k}a", at, {{"n", 1}});
    ++sum;
    stats.flush();
    std::jthread writing([&] {
      while (!stop) {
        for (const auto* key : {"{k}a", "elsewhere"}) stats.track(key, at, {{"n", 1}});
        ++sum;
        std::this_thread::sleep_for(200us);
      }
    });
    try {
      // The protocol of a migration.
      to.run({"CLUSTER", "SETSLOT", number, "IMPORTING", from.one({"CLUSTER", "MYID"})});
      from.run({"CLUSTER", "SETSLOT", number, "MIGRATING", to.one({"CLUSTER", "MYID"})});
      for (auto names = from.run({"CLUSTER", "GETKEYSINSLOT", number, "100"}); !names.empty();
           names = from.run({"CLUSTER", "GETKEYSINSLOT", number, "100"})) {
        std::vector<std::string> migrate = {"MIGRATE", "127.0.0.1", std::to_string(to_port), "", "0", "5000", "AUTH",
                                            "trifle",  "KEYS"};
        migrate.insert(migrate.end(), names.begin(), names.end());
        from.run(migrate);
      }
      await("the old node sends us on with ASK", [&] { return errors(from, "ASK") > 5; });
      EXPECT_GT(read_one(*open(), "{k}a").at("n"), Number(0)) << "read through ASK";
      // A new name in a slot that moves can't be written by anybody until it has moved.
      const auto late = open();
      const auto error = error_of([&] { write(*late, {{.key = "{k}new", .increments = {{"n", 1}}}}); });
      if (error) {
        EXPECT_EQ(error->code(), ErrorCode::Timeout);
        EXPECT_EQ(error->outcome(), Outcome::NotApplied);
        EXPECT_TRUE(error->retry_is_safe());
        EXPECT_GT(errors(to, "TRYAGAIN"), 0);
      }
      for (auto* each : {&to, &from}) each->run({"CLUSTER", "SETSLOT", number, "NODE", to.one({"CLUSTER", "MYID"})});
      write(*late, {{.key = "{k}new", .increments = {{"n", 1}}}});
      await("the old node sends us away with MOVED", [&] { return errors(from, "MOVED") > 0; });
    } catch (...) {
      stop = true;
      throw;
    }
    stop = true;
    writing.join();
    EXPECT_EQ(stats.close(30s).kept, 0u);
    EXPECT_EQ(stats.health().unknown_operations, 0u);
    EXPECT_EQ(stats.health().dropped_refused, 0u);
  }
  const auto driver = open();
  EXPECT_EQ(read_one(*driver, "{k}a").at("n"), Number(sum.load()));
  EXPECT_EQ(read_one(*driver, "elsewhere").at("n"), Number(sum.load() - 1));
  EXPECT_EQ(read_one(*driver, "{k}new"), (Values{{"n", 1}}));
}

TEST_P(RedisClusterFaultTest, OfANodeThatIsCutOffEachRowIsToldAndOnlyTheseComeAgain) {
  if (!Proxy::available()) GTEST_SKIP() << "TRIFLE_TEST_TOXIPROXY_URL is not set";
  start(0);
  // One node says that it is where the proxy is.
  Proxy proxy("redis://:trifle@127.0.0.1:" + std::to_string(ports[1]));
  const auto announced = std::to_string(proxy.port());
  node(ports[1]).run({"CONFIG", "SET", "cluster-announce-port", announced});
  for (const int port : ports) {
    auto seen_by = node(port);
    await("the nodes know it by its proxy", [&] {
      const auto words = seen_by.run({"CLUSTER", "SLOTS"});
      return testing::Value(words, testing::Contains(announced)) &&
             !testing::Value(words, testing::Contains(std::to_string(ports[1])));
    });
  }
  auto direct = node(ports[0]);
  const auto buckets = hours(kTen, 60);
  const auto is_cut = [&](std::int64_t at) {
    return owner_of(slot_of("trfl::k::1h::" + std::to_string(at)), direct) == proxy.port();
  };
  std::vector<Change> changes;
  std::set<std::int64_t> cut;
  for (const auto at : buckets) {
    changes.push_back({.key = "k", .at = at, .increments = {{"n", 1}}});
    if (is_cut(at)) cut.insert(at);
  }
  ASSERT_GT(cut.size(), 5u);
  ASSERT_LT(cut.size(), 55u);
  const auto driver = open({.connect_timeout = 2s, .reply_timeout = 2s});
  write(*driver, changes);
  int sum = 1;

  const auto expect_told = [&](const detail::Rows& rows, Outcome outcome, bool nothing_got_through = true) {
    const auto error = error_of([&] { driver->write(rows); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->outcome(), outcome) << error->what();
    EXPECT_EQ(error->code(), ErrorCode::Connection) << error->what();
    std::set<std::int64_t> named;
    for (const auto& row : error->rows()) {
      EXPECT_EQ(row.outcome, Outcome::Applied);
      named.insert(row.at.unix_seconds());
    }
    for (const auto at : buckets) {
      // Of what was cut, the first slots may have got through.
      EXPECT_TRUE(named.contains(at) || cut.contains(at)) << at;
      if (nothing_got_through) {
        EXPECT_FALSE(named.contains(at) && cut.contains(at)) << at;
      }
    }
    EXPECT_LT(named.size(), buckets.size());
  };
  const auto expect_sums = [&] {
    const auto found = read(*driver, "k", "1h", buckets);
    ASSERT_THAT(found, SizeIs(buckets.size()));
    for (const auto& [at, values] : found) ASSERT_EQ(values.at("n"), Number(sum)) << at << " " << cut.contains(at);
  };

  {
    SCOPED_TRACE("its replies are lost, and nobody can be asked");
    const auto rows = rows_of(driver->layout(), changes);
    proxy.limit_data(Stream::Down, 0);
    expect_told(rows, Outcome::Unknown);
    proxy.heal();
    driver->write(rows);
    ++sum;
    expect_sums();
  }
  {
    SCOPED_TRACE("its requests are lost on the way");
    const auto rows = rows_of(driver->layout(), changes);
    proxy.limit_data(Stream::Up, 700);
    expect_told(rows, Outcome::Unknown, false);
    proxy.heal();
    driver->write(rows);
    ++sum;
    expect_sums();
  }
  {
    SCOPED_TRACE("it can't be reached");
    const auto rows = rows_of(driver->layout(), changes);
    proxy.disable();
    expect_told(rows, Outcome::NotApplied);
    EXPECT_THROW(read(*driver, "k", "1h", buckets), ConnectionError);
    proxy.enable();
    driver->write(rows);
    ++sum;
    expect_sums();
  }
  {
    SCOPED_TRACE("a reply is swallowed, and asked for");
    const auto some = *cut.begin();
    const auto name = "trfl::k::1h::" + std::to_string(some);
    proxy.timeout(Stream::Down);
    std::jthread repair([&] {
      auto cut_node = node(ports[1]);
      while (cut_node.one({"HGET", name, "n"}) != std::to_string(sum + 1)) std::this_thread::sleep_for(1ms);
      proxy.heal();
    });
    EXPECT_NO_THROW(write(*driver, changes));
    ++sum;
    repair.join();
    expect_sums();
  }

  const auto seed = seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const int rounds = all_rounds() ? 500 : 20;
  std::int64_t tracked = 0;
  {
    trifle::Stats stats(drivers::redis(url), {.granularities = {"1h", "1d"}, .buffer = {.duration = 1h}});
    for (int round = 0; round < rounds; ++round) {
      for (int i = 0; i < 12; ++i, ++tracked)
        stats.track("b", Instant::from_unix(kTen + i * kHour), {{"n", 1}, {"x", {{"y", 0.25}}}});
      switch (random() % 4) {
        case 0:
          proxy.limit_data(Stream::Up, random() % 1'500);
          break;
        case 1:
          proxy.limit_data(Stream::Down, random() % 100);
          break;
        case 2:
          proxy.reset_peer(random() % 2 ? Stream::Up : Stream::Down);
          break;
        default:
          proxy.disable();
          proxy.enable();
          break;
      }
      for (bool healed = false;;) {
        try {
          stats.flush();
          break;
        } catch (const Error& error) {
          ASSERT_FALSE(healed && error.outcome() == Outcome::Unknown) << error.what();
          proxy.heal();
          healed = true;
        }
      }
      proxy.heal();
    }
    EXPECT_EQ(stats.health().unknown_operations, 0u);
    EXPECT_EQ(stats.health().dropped_refused, 0u);
  }
  std::int64_t stored = 0;
  double halves = 0;
  for (const auto& [at, values] : read(*driver, "b", "1h", hours(kTen, 12))) {
    stored += values.at("n").to_int64().value();
    halves += values.at("x.y").to_double();
  }
  EXPECT_EQ(stored, tracked);
  EXPECT_EQ(halves, static_cast<double>(tracked) / 4);
}

TEST_P(RedisClusterFaultTest, AFullNodeRefusesItsRowsAndNoOthers) {
  start(0);
  auto full_node = node(ports[1]);
  const auto buckets = hours(kTen, 60);
  std::vector<Change> changes;
  std::set<std::int64_t> refused;
  for (const auto at : buckets) {
    changes.push_back({.key = "k", .at = at, .increments = {{"n", 1}}});
    if (owner_of(slot_of("trfl::k::1h::" + std::to_string(at)), full_node) == ports[1]) refused.insert(at);
  }
  ASSERT_GT(refused.size(), 5u);
  const auto driver = open();
  write(*driver, changes);
  full_node.run({"CONFIG", "SET", "maxmemory", "1"});
  const auto rows = rows_of(driver->layout(), changes);
  const auto error = error_of([&] { driver->write(rows); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Storage) << error->what();
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_THAT(error->native_text(), HasSubstr("OOM"));
  std::set<std::int64_t> written;
  for (const auto& row : error->rows()) {
    EXPECT_EQ(row.outcome, Outcome::Applied);
    written.insert(row.at.unix_seconds());
  }
  for (const auto at : buckets) EXPECT_NE(written.contains(at), refused.contains(at)) << at;
  for (const auto& [at, values] : read(*driver, "k", "1h", buckets))
    EXPECT_EQ(values.at("n"), Number(written.contains(at) ? 2 : 1)) << at;
  full_node.run({"CONFIG", "SET", "maxmemory", "0"});
  driver->write(rows);
  for (const auto& [at, values] : read(*driver, "k", "1h", buckets)) EXPECT_EQ(values.at("n"), Number(2)) << at;
}

}  // namespace
}  // namespace trifle::stats::test
