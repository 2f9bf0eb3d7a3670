// What Redis holds, field by field, and what only this driver promises.

#include <cmath>
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/redis.hpp>

#include "contract/batches.hpp"
#include "contract/redis_connection.hpp"
#include "contract/temp_folder.hpp"
#include "seed.hpp"
#include "values/number_text.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

/// With scripts, and without.
class RedisRowsTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!redis_available()) GTEST_SKIP() << "TRIFLE_TEST_REDIS_URL is not set";
    redis_.emplace();
    driver_ = open();
  }

  std::unique_ptr<detail::RowDriver> open(drivers::RedisOptions options = {}) const {
    options.prefix = prefix_;
    return drivers::redis(GetParam() ? redis_url() : redis_url_without_scripts(), options).release();
  }
  std::string name(std::int64_t at = kTen, const std::string& granularity = "1h") const {
    return prefix_ + "::event::signup::" + granularity + "::" + std::to_string(at);
  }
  std::string stored(const std::string& field) { return redis_->one({"HGET", name(), field}); }

  TempFolder folder_;
  const std::string prefix_ = folder_.path().filename().string();
  std::optional<RedisConnection> redis_;
  std::unique_ptr<detail::RowDriver> driver_;
};

INSTANTIATE_TEST_SUITE_P(Ways, RedisRowsTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "scripts" : "watch"; });

TEST_P(RedisRowsTest, StoresTheFamilysHashes) {
  write(*driver_, {{.increments = {{"count", 3}, {"country.us", 3}, {"duration", 7.5}}, .sets = {{"level", 1e21}}}});
  EXPECT_THAT(redis_->run({"HGETALL", name()}),
              UnorderedElementsAre("count", "3", "country.us", "3", "duration", "7.5", "level", "1e+21"));
  EXPECT_EQ(redis_->one({"TTL", name()}), "-1");
}

TEST_P(RedisRowsTest, SumsAreWhatANumberSumIs) {
  const auto seed = seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  const auto any = [&]() -> Number {
    const std::int64_t edges[] = {0,
                                  1,
                                  -1,
                                  kMax,
                                  kMin,
                                  kMax - 1,
                                  kMin + 1,
                                  kExact,
                                  kExact + 1,
                                  -kExact,
                                  -kExact - 1,
                                  999'999'999,
                                  1'000'000'000,
                                  -1'000'000'000,
                                  9'223'372'036'000'000'000};
    switch (random() % 5) {
      case 0:
        return edges[random() % std::size(edges)];
      case 1:
        return static_cast<std::int64_t>(random());
      case 2:
        return static_cast<std::int64_t>(random() % 2000) - 1000;
      case 3:
        return (static_cast<double>(random() % 2'000'000) - 1e6) / 1000;
      default:
        return std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())),
                          static_cast<int>(random() % 600) - 300);
    }
  };
  Values expected;
  for (int round = 0; round < 20; ++round) {
    Values increments;
    for (int i = 0; i < 50; ++i) {
      const auto path = "p" + std::to_string(i);
      const auto number = any();
      increments[path] = number;
      // What is stored is text: an integral double up to 2^53 is an integer, and digits alone are one.
      const auto as_stored = [](Number stored) {
        std::string text;
        detail::append_number(text, stored);
        return *detail::read_number(text);
      };
      const bool small = std::fabs(number.to_double()) <= std::ldexp(1.0, 53);
      expected[path] = as_stored(expected[path] + (small ? as_stored(number) : number));
    }
    write(*driver_, {{.increments = increments}});
    const auto found = read_one(*driver_);
    for (const auto& [path, number] : expected) {
      ASSERT_EQ(found.at(path), number) << path << " += " << increments[path] << ", stored " << stored(path);
      ASSERT_EQ(found.at(path).is_integer(), number.is_integer()) << path << ", stored " << stored(path);
    }
  }
}

TEST_P(RedisRowsTest, ReadsEverySpellingOfANumberAndReplacesWhatIsNone) {
  const std::pair<const char*, Number> numbers[] = {{"+5", 6},
                                                    {"3.0000000000", 4},
                                                    {"007", 8},
                                                    {"2.5", 3.5},
                                                    {"1e3", 1001},
                                                    {"-0", 1},
                                                    {"-5", -4},
                                                    {"0.1e1", 2},
                                                    {"9223372036854775807", Number(9223372036854775808.0)},
                                                    {"-9223372036854775808", -9223372036854775807}};
  for (const auto& [text, sum] : numbers) {
    redis_->run({"HSET", name(), "n", text});
    write(*driver_, {{.increments = {{"n", 1}}}});
    EXPECT_EQ(read_one(*driver_), (Values{{"n", sum}})) << text;
  }
  for (const auto* text :
       {"", "abc", "0x10", "inf", "nan", " 5", "5 ", "5.", ".5", "1e", "--5", "1e400", "true", "5,0"}) {
    redis_->run({"HSET", name(), "n", text});
    EXPECT_THAT(read_one(*driver_), IsEmpty()) << text;
    write(*driver_, {{.increments = {{"n", 1}}}});
    EXPECT_EQ(read_one(*driver_), (Values{{"n", 1}})) << text;
  }
}

TEST_P(RedisRowsTest, ANameThatHoldsSomethingElseIsNamedAndNothingIsWritten) {
  redis_->run({"SET", name(), "no hash"});
  redis_->run({"SET", name(kTen + kHour), "no hash"});
  const std::vector<Change> batch = {{.key = "a", .increments = {{"n", 1}}},
                                     {.at = kTen, .increments = {{"n", 1}}},
                                     {.at = kTen + kHour, .sets = {{"n", 1}}},
                                     {.key = "z", .sets = {{"n", 1}}}};
  const auto error = error_of([&] { write(*driver_, batch); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CorruptData);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  ASSERT_THAT(error->rows(), SizeIs(2));
  EXPECT_EQ(error->rows()[0].at.unix_seconds(), kTen);
  EXPECT_EQ(error->rows()[1].at.unix_seconds(), kTen + kHour);
  EXPECT_THAT(error->rows()[0].reason, HasSubstr("WRONGTYPE"));
  EXPECT_THAT(read_one(*driver_, "a"), IsEmpty());
  EXPECT_THAT(read_one(*driver_, "z"), IsEmpty());
  EXPECT_THROW(read_one(*driver_), CorruptData);
  write(*driver_, {batch[0], batch[3]});
  EXPECT_EQ(read_one(*driver_, "a"), (Values{{"n", 1}}));
}

TEST_P(RedisRowsTest, ARowOfManyPathsFits) {
  Values increments;
  Values sets;
  for (int i = 0; i < 9'000; ++i) {
    increments["i" + std::to_string(i)] = i;
    sets["s" + std::to_string(i)] = i;
  }
  for (int round = 0; round < 2; ++round) write(*driver_, {{.increments = increments, .sets = sets}});
  const auto found = read_one(*driver_);
  ASSERT_THAT(found, SizeIs(18'000));
  EXPECT_EQ(found.at("i8999"), Number(2 * 8999));
  EXPECT_EQ(found.at("s8999"), Number(8999));
}

TEST_P(RedisRowsTest, AnEmptyRowIsNone) {
  write(*driver_, {{.key = "nothing"}, {.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver_), (Values{{"n", 1}}));
}

TEST_P(RedisRowsTest, ABatchIsKnownAgainForADay) {
  const auto rows = rows_of(driver_->layout(), {{.increments = {{"n", 1}}}});
  driver_->write(rows);
  open()->write(rows);  // another program, as after a failover of the application
  EXPECT_EQ(read_one(*driver_), (Values{{"n", 1}}));
  const auto keys = redis_->run({"KEYS", prefix_ + "_batches*"});
  ASSERT_THAT(keys, SizeIs(1));
  const auto left = std::stoi(redis_->one({"TTL", keys[0]}));
  EXPECT_GT(left, 86'000);
  EXPECT_LE(left, 86'400);

  const auto without = open({.ledger = false});
  EXPECT_FALSE(without->traits().ledger);
  for (int i = 0; i < 2; ++i) without->write(rows);
  EXPECT_EQ(read_one(*driver_), (Values{{"n", 3}}));
  EXPECT_THAT(redis_->run({"KEYS", prefix_ + "_batches*"}), SizeIs(1));
}

TEST_P(RedisRowsTest, ABucketExpiresAfterItsEndAndNeverSooner) {
  const auto now = std::stoll(redis_->run({"TIME"})[0]);
  const auto hour = now - now % kHour;
  const auto driver = open({.expire_after = {{"1h", 24h}, {"1mo", 240h}}});
  const auto ttl = [&](std::int64_t at, const std::string& granularity = "1h") {
    return std::stoll(redis_->one({"TTL", name(at, granularity)}));
  };
  write(*driver, {{.at = hour, .increments = {{"n", 1}}},
                  {.granularity = "1mo", .at = hour, .increments = {{"n", 1}}},
                  {.granularity = "1d", .at = hour, .increments = {{"n", 1}}},
                  {.at = kTen - 1000 * kHour, .increments = {{"n", 1}}}});
  EXPECT_GE(ttl(hour), hour + 25 * kHour - now - 2);
  EXPECT_LE(ttl(hour), 50 * kHour);
  EXPECT_GE(ttl(hour, "1mo"), 31 * 24 * kHour + 240 * kHour - kHour - 2) << "a month that is in use";
  EXPECT_EQ(ttl(hour, "1d"), -1) << "not named, so for ever";
  EXPECT_GE(ttl(kTen - 1000 * kHour), 24 * kHour - 2) << "a late write counts from now";
  EXPECT_LE(ttl(kTen - 1000 * kHour), 24 * kHour);
  // What lives longer isn't shortened.
  redis_->run({"EXPIRE", name(hour), "9999999"});
  write(*driver, {{.at = hour, .increments = {{"n", 1}}}});
  EXPECT_GT(ttl(hour), 9'999'000);
  // Nor does a write without the option.
  write(*driver_, {{.at = hour, .increments = {{"n", 1}}}});
  EXPECT_GT(ttl(hour), 9'999'000);
}

TEST_P(RedisRowsTest, StatusesAreInAHashOfTheirOwn) {
  driver_->beam("w", {.at = kTen, .json = R"({"data.a":1})"});
  EXPECT_THAT(redis_->run({"HGETALL", prefix_ + "_ping"}), ElementsAre("w", "1784109600 {\"data.a\":1}"));
  redis_->run({"HSET", prefix_ + "_ping", "w", "nonsense"});
  EXPECT_THROW(driver_->scan("w"), CorruptData);
}

TEST(RedisOptionsTest, WhatIsWrongIsRefusedBeforeAnythingIsAsked) {
  EXPECT_THROW(drivers::redis("rediss://localhost"), InvalidArgument);
  EXPECT_THROW(drivers::redis("redis://localhost", {.max_readers = 0}), InvalidArgument);
  EXPECT_NO_THROW(drivers::redis("redis://nobody.invalid"));
}

}  // namespace
}  // namespace trifle::stats::test
