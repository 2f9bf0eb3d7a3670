// The sisters' own commands on the same names, before, after and at the same time as ours: every increment of both is
// read back, by both.

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/redis.hpp>

#include "contract/batches.hpp"
#include "contract/redis_connection.hpp"
#include "contract/temp_folder.hpp"

namespace trifle::stats::test {
namespace {

constexpr int kCalls = 200;

enum class Way { Scripts, Watch, Cluster };

class RedisSistersTest : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    if (GetParam() == Way::Cluster) {
      if (!kRedisCluster.available()) GTEST_SKIP() << "TRIFLE_TEST_REDIS_CLUSTER_URL is not set";
    } else if (!redis_available()) {
      GTEST_SKIP() << "TRIFLE_TEST_REDIS_URL is not set";
    }
  }

  std::string url() const {
    switch (GetParam()) {
      case Way::Watch:
        return redis_url_without_scripts();
      case Way::Cluster:
        return kRedisCluster.url();
      default:
        return redis_url();
    }
  }
  std::unique_ptr<detail::RowDriver> open() const { return drivers::redis(url(), {.prefix = prefix_}).release(); }
  std::string name(const std::string& key = "event::signup") const {
    return prefix_ + "::" + key + "::1h::" + std::to_string(kTen);
  }

  /// Go's track of {count: 1, country: {us: 1, de: 2}, duration: 2.5}: HINCRBY for what is integral, else HINCRBYFLOAT.
  void track(RedisConnection& sister) const {
    sister.run({"HINCRBY", name(), "count", "1"});
    sister.run({"HINCRBY", name(), "country.us", "1"});
    sister.run({"HINCRBY", name(), "country.de", "2"});
    sister.run({"HINCRBYFLOAT", name(), "duration", "2.5"});
    sister.run({"HINCRBY", name("__system__key__"), "count", "1"});
    sister.run({"HINCRBY", name("__system__key__"), "keys.event::signup", "1"});
  }
  void track(detail::RowDriver& ours) const {
    write(ours, {{.increments = {{"count", 1}, {"country.us", 1}, {"country.de", 2}, {"duration", 2.5}}},
                 {.key = "__system__key__", .increments = {{"count", 1}, {"keys.event::signup", 1}}}});
  }

  void expect_calls(detail::RowDriver& ours, int calls) const {
    EXPECT_EQ(read_one(ours),
              (Values{{"count", calls}, {"country.us", calls}, {"country.de", 2 * calls}, {"duration", calls * 2.5}}));
    EXPECT_EQ(read_one(ours, "__system__key__"), (Values{{"count", calls}, {"keys.event::signup", calls}}));
    RedisConnection sister(url());
    EXPECT_EQ(sister.one({"HGET", name(), "country.de"}), std::to_string(2 * calls));
    EXPECT_EQ(std::stod(sister.one({"HGET", name(), "duration"})), calls * 2.5);
  }

  TempFolder folder_;
  const std::string prefix_ = folder_.path().filename().string();
};

INSTANTIATE_TEST_SUITE_P(Ways, RedisSistersTest, testing::Values(Way::Scripts, Way::Watch, Way::Cluster),
                         [](const auto& way) {
                           return way.param == Way::Scripts ? "scripts" : way.param == Way::Watch ? "watch" : "cluster";
                         });

TEST_P(RedisSistersTest, OneAfterTheOther) {
  const auto ours = open();
  RedisConnection sister(url());
  for (int i = 0; i < 10; ++i) {
    if (i % 2 == 0) {
      track(sister);
    } else {
      track(*ours);
    }
  }
  expect_calls(*ours, 10);
}

TEST_P(RedisSistersTest, AtTheSameTime) {
  // Without scripts every write of the sister's makes ours begin anew.
  const int calls = GetParam() == Way::Watch ? 40 : kCalls;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        RedisConnection sister(url());
        for (int call = 0; call < calls; ++call) track(sister);
      });
      threads.emplace_back([&] {
        const auto ours = open();
        for (int call = 0; call < calls; ++call) track(*ours);
      });
    }
  }
  expect_calls(*open(), 4 * calls);
}

TEST_P(RedisSistersTest, TheirSetsBetweenOurIncrements) {
  const auto ours = open();
  RedisConnection sister(url());
  write(*ours, {{.increments = {{"level", 5}, {"n", 1}}}});
  sister.run({"HMSET", name(), "level", "70", "other", "9"});
  write(*ours, {{.increments = {{"level", 1}, {"n", 1}}}});
  EXPECT_EQ(read_one(*ours), (Values{{"level", 71}, {"n", 2}, {"other", 9}}));
  write(*ours, {{.sets = {{"level", 2.5}}}});
  EXPECT_EQ(sister.one({"HINCRBYFLOAT", name(), "level", "0.25"}), "2.75");
  write(*ours, {{.sets = {{"level", 2}}}});
  EXPECT_EQ(sister.one({"HINCRBY", name(), "level", "1"}), "3");
}

TEST_P(RedisSistersTest, WhatTheyCannotWriteIsStillRead) {
  const auto ours = open();
  RedisConnection sister(url());
  // The integer edge, from which HINCRBY would overflow.
  sister.run({"HINCRBY", name(), "n", "9223372036854775806"});
  write(*ours, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(sister.one({"HGET", name(), "n"}), "9223372036854775807");
  // Seventeen digits, as HINCRBYFLOAT writes them.
  sister.run({"HINCRBYFLOAT", name(), "f", "0.1"});
  sister.run({"HINCRBYFLOAT", name(), "f", "0.2"});
  write(*ours, {{.increments = {{"f", 0.25}}}});
  EXPECT_NEAR(read_one(*ours).at("f").to_double(), 0.55, 1e-15);
  // Leaves that are no numbers: Go's assert of null and true, Ruby's of a text.
  sister.run({"HSET", name(), "null", "", "text", "idle", "true", "1"});
  EXPECT_EQ(read_one(*ours).count("text"), 0u);
  EXPECT_EQ(read_one(*ours).at("true"), Number(1));
  EXPECT_EQ(sister.one({"HGET", name(), "text"}), "idle");
}

TEST_P(RedisSistersTest, OlderSpellingsOfAName) {
  const auto ours = open();
  RedisConnection sister(url());
  sister.run({"HINCRBY", name(), "$cost", "3"});
  write(*ours, {{.increments = {{"%24cost", 4}}}});
  EXPECT_EQ(read_one(*ours), (Values{{"%24cost", 7}}));
}

TEST_P(RedisSistersTest, AWholeStatsIsReadByTheirCommands) {
  {
    trifle::Stats stats(drivers::redis(url(), {.prefix = prefix_}), {.granularities = {"1h", "1d"}});
    for (int i = 0; i < 3; ++i)
      stats.track("event::signup", Instant::from_unix(kTen + 2265),
                  {{"count", 1}, {"duration", 2.5}, {"country", {{"us", 1}, {"de", 2}}}});
  }
  RedisConnection sister(url());
  EXPECT_THAT(sister.run({"HGETALL", name()}),
              testing::UnorderedElementsAre("count", "3", "duration", "7.5", "country.us", "3", "country.de", "6"));
  EXPECT_THAT(sister.run({"HGETALL", name("__system__key__")}),
              testing::UnorderedElementsAre("count", "3", "keys.event::signup", "3"));
  EXPECT_EQ(sister.one({"HGET", prefix_ + "::event::signup::1d::1784073600", "count"}), "3");
}

}  // namespace
}  // namespace trifle::stats::test
