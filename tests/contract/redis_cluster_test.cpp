// What a Redis Cluster holds, slot by slot, and what only its driver promises.

#include <random>
#include <set>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/redis.hpp>

#include "contract/batches.hpp"
#include "contract/redis_connection.hpp"
#include "contract/temp_folder.hpp"
#include "drivers/redis/names.hpp"
#include "drivers/redis/options.hpp"
#include "drivers/redis/slot_map.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RedisClusterTest : public testing::TestWithParam<RedisCluster> {
 protected:
  void SetUp() override {
    if (!GetParam().available()) GTEST_SKIP() << GetParam().variable << " is not set: nothing was tested on it";
    redis_.emplace(GetParam().url());
  }

  std::unique_ptr<detail::RowDriver> open(drivers::RedisOptions options = {}) const {
    options.prefix = prefix_;
    return drivers::redis(GetParam().url(), std::move(options)).release();
  }
  std::string name(const std::string& key, std::int64_t at = kTen) const {
    return prefix_ + "::" + key + "::1h::" + std::to_string(at);
  }
  /// The names that all nodes hold and that the pattern matches.
  std::set<std::string> names(const std::string& pattern) {
    std::set<std::string> all;
    const auto slots = redis_->run({"CLUSTER", "SLOTS"});
    for (std::size_t i = 0; i + 1 < slots.size(); ++i) {
      if (slots[i] != "127.0.0.1") continue;
      RedisConnection node(with_address("redis://:trifle@x:1", "127.0.0.1:" + slots[i + 1]));
      for (auto& found : node.run({"KEYS", pattern})) all.insert(found);
    }
    return all;
  }

  TempFolder folder_;
  const std::string prefix_ = folder_.path().filename().string();
  std::optional<RedisConnection> redis_;
};

INSTANTIATE_TEST_SUITE_P(Clusters, RedisClusterTest, testing::Values(kRedisCluster, kValkeyCluster),
                         [](const auto& cluster) { return std::string(cluster.param.name); });

TEST_P(RedisClusterTest, TheNodesAgreeOnSlots) {
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    std::string name;
    for (unsigned n = random() % 20; n > 0; --n) name += "{}ab:\xC3\x01"[random() % 7];
    EXPECT_EQ(redis_->one({"CLUSTER", "KEYSLOT", name}), std::to_string(detail::redis::slot_of(name))) << name;
  }
}

TEST_P(RedisClusterTest, TheRowsOfASlotAreOneAndThoseOfOthersGo) {
  const auto driver = open();
  EXPECT_EQ(driver->traits().atomicity, Atomicity::Row);
  redis_->run({"SET", name("{s}broken"), "no hash"});
  const std::vector<Change> batch = {{.key = "{s}broken", .increments = {{"n", 1}}},
                                     {.key = "{s}beside", .increments = {{"n", 1}}},
                                     {.key = "{other}", .increments = {{"n", 1}}}};
  const auto error = error_of([&] { write(*driver, batch); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::CorruptData);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_FALSE(error->retry_is_safe()) << "of the whole";
  EXPECT_THAT(error->what(), HasSubstr("2 of 3 rows weren't written"));
  ASSERT_THAT(error->rows(), SizeIs(2)) << "what isn't named is NotApplied, and may be sent again";
  EXPECT_EQ(error->rows()[0].key, "{s}broken");
  EXPECT_EQ(error->rows()[0].outcome, Outcome::NotApplied);
  EXPECT_FALSE(error->rows()[0].retry_is_safe);
  EXPECT_THAT(error->rows()[0].reason, HasSubstr("WRONGTYPE"));
  EXPECT_EQ(error->rows()[1].key, "{other}");
  EXPECT_EQ(error->rows()[1].outcome, Outcome::Applied);
  EXPECT_THAT(read_one(*driver, "{s}beside"), IsEmpty());
  EXPECT_EQ(read_one(*driver, "{other}"), (Values{{"n", 1}}));
  EXPECT_THROW(read_one(*driver, "{s}broken"), CorruptData);
}

TEST_P(RedisClusterTest, ABatchComesAgainInPartUnderItsId) {
  const auto driver = open();
  std::vector<Change> changes;
  for (const auto at : hours(kTen, 50)) changes.push_back({.at = at, .increments = {{"n", 1}}});
  const auto first = rows_of(driver->layout(), changes);
  driver->write(first);
  detail::RowsBuilder builder(driver->layout());
  for (std::size_t i = 0; i < 70; ++i) {
    const detail::Field field{builder.keep("n"), 1};
    builder.add(builder.keep("event::signup"), builder.keep("1h"), kTen + static_cast<std::int64_t>(i) * kHour,
                std::span(&field, 1), {});
  }
  const auto again = builder.finish(0, first.id());
  driver->write(again);
  const auto found = read(*driver, "event::signup", "1h", hours(kTen, 70));
  ASSERT_THAT(found, SizeIs(70));
  for (const auto& [at, values] : found) EXPECT_EQ(values, (Values{{"n", 1}})) << at;
}

TEST_P(RedisClusterTest, TheLedgerIsOneNamePerProgramAndSlot) {
  const auto driver = open();
  for (int i = 0; i < 20; ++i)
    write(*driver, {{.key = "{a}", .increments = {{"n", 1}}}, {.key = "{b}", .sets = {{"n", i}}}});
  const auto names_of_ledger = names("*" + prefix_ + "_batches*");
  ASSERT_THAT(names_of_ledger, SizeIs(2));
  for (const auto& ledger : names_of_ledger) {
    const auto left = std::stoi(redis_->one({"TTL", ledger}));
    EXPECT_GT(left, 86'000);
    EXPECT_LE(left, 86'400);
  }
  write(*open(), {{.key = "{a}", .increments = {{"n", 1}}}});
  EXPECT_THAT(names("*" + prefix_ + "_batches*"), SizeIs(3));
  write(*open({.ledger = false}), {{.key = "{a}", .increments = {{"n", 1}}}});
  EXPECT_THAT(names("*" + prefix_ + "_batches*"), SizeIs(3));
  EXPECT_EQ(read_one(*driver, "{a}"), (Values{{"n", 22}}));
}

TEST_P(RedisClusterTest, ThousandsOfRowsGoToAllNodesAndComeBack) {
  const auto driver = open();
  std::vector<Change> changes;
  const auto buckets = hours(kTen, 4'000);
  for (const auto at : buckets) changes.push_back({.at = at, .increments = {{"n", at % 1000}, {"half", 0.5}}});
  for (int i = 0; i < 2; ++i) write(*driver, changes);
  const auto found = read(*driver, "event::signup", "1h", buckets);
  ASSERT_THAT(found, SizeIs(4'000));
  for (const auto& [at, values] : found) ASSERT_EQ(values, (Values{{"n", 2 * (at % 1000)}, {"half", 1}}));
}

TEST_P(RedisClusterTest, ARowOfManyPathsFitsAndExpires) {
  const auto driver = open({.expire_after = {{"1h", 24h}}});
  Values increments;
  for (int i = 0; i < 3'000; ++i) increments["i" + std::to_string(i)] = i;
  for (int i = 0; i < 2; ++i)
    write(*driver, {{.key = "{wide}", .increments = increments}, {.key = "{thin}", .increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver, "{wide}").at("i2999"), Number(2 * 2'999));
  for (const auto* key : {"{wide}", "{thin}"}) {
    const auto left = std::stoll(redis_->one({"TTL", name(key)}));
    EXPECT_GE(left, 24 * kHour - 2);
  }
}

TEST_P(RedisClusterTest, ACallThatWasLostAndComesLateIsCalledOff) {
  // Nobody can delay a request on purpose here, so the key says what it would say after the question.
  const detail::Layout layout{.prefix = prefix_};
  const auto slot = detail::redis::slot_of(name("{a}"));
  const auto driver = open();
  write(*driver, {{.key = "{a}", .increments = {{"n", 1}}}});
  const auto ledger = *names("*" + prefix_ + "_batches*").begin();
  EXPECT_EQ(detail::redis::slot_of(ledger), slot);
  const auto value = redis_->one({"GET", ledger});
  redis_->run({"SET", ledger, "1000000" + value.substr(value.find(' '))});
  const auto error = error_of([&] { write(*driver, {{.key = "{a}", .increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(error->retry_is_safe());
  EXPECT_EQ(read_one(*driver, "{a}"), (Values{{"n", 1}}));
}

TEST_P(RedisClusterTest, WithoutReplicasNothingIsSafeEnoughForWhoWaitsForThem) {
  const auto driver = open({.wait_replicas = 1, .wait_timeout = 20ms});
  const auto rows =
      rows_of(driver->layout(), {{.key = "{a}", .increments = {{"n", 1}}}, {.key = "{b}", .increments = {{"n", 1}}}});
  for (int i = 0; i < 2; ++i) {
    const auto error = error_of([&] { driver->write(rows); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->outcome(), Outcome::Unknown);
    EXPECT_EQ(error->code(), ErrorCode::Timeout);
    EXPECT_THAT(error->what(), HasSubstr("too few replicas"));
  }
  EXPECT_EQ(read_one(*driver, "{a}"), (Values{{"n", 1}})) << "sent again it is known, and waited for again";
}

TEST_P(RedisClusterTest, AnyNodeLeadsToTheOthersAndSetupLooksAtAll) {
  const auto driver = open();
  EXPECT_TRUE(driver->setup(Setup::Create).ok());
  const auto first = detail::redis::read_url(GetParam().url());
  const auto by_fields =
      drivers::redis({.password = "trifle", .cluster = {"127.0.0.1:1", first.cluster[0]}}, {.prefix = prefix_})
          .release();
  write(*by_fields, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
}

TEST_P(RedisClusterTest, WhoMayNotRunScriptsIsToldSo) {
  const auto slots = redis_->run({"CLUSTER", "SLOTS"});
  for (std::size_t i = 0; i + 1 < slots.size(); ++i) {
    if (slots[i] != "127.0.0.1") continue;
    RedisConnection(with_address("redis://:trifle@x:1", "127.0.0.1:" + slots[i + 1]))
        .run({"ACL", "SETUSER", "noscripts", "on", ">trifle", "~*", "&*", "+@all", "-@scripting"});
  }
  auto url = GetParam().url();
  url.replace(url.find("://:"), 4, "://noscripts:");
  const auto driver = drivers::redis(url, {.prefix = prefix_}).release();
  const auto error = error_of([&] { write(*driver, {{.increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Storage) << error->what();
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(error->retry_is_safe());
  EXPECT_THAT(error->native_text(), HasSubstr("NOPERM"));
  EXPECT_THAT(read_one(*driver), IsEmpty());
}

TEST_P(RedisClusterTest, EachIsToldFromTheOther) {
  const auto address = detail::redis::read_url(GetParam().url()).cluster[0];
  const auto taken_for_a_server = drivers::redis("redis://:trifle@" + address, {.prefix = prefix_}).release();
  auto error = error_of([&] { taken_for_a_server->setup(Setup::Check); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("redis+cluster://"));
  if (!redis_available()) return;
  const auto taken_for_a_cluster =
      drivers::redis("redis+cluster://:trifle@" + address_of(redis_url()), {.prefix = prefix_}).release();
  error = error_of([&] { write(*taken_for_a_cluster, {{.increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_THAT(error->what(), HasSubstr("no node of a cluster"));
}

TEST_P(RedisClusterTest, NobodyThereIsToldAsSuch) {
  const auto driver = drivers::redis("redis+cluster://:trifle@127.0.0.1:1,127.0.0.1:2").release();
  const auto error = error_of([&] { write(*driver, {{.increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Connection);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(error->retry_is_safe());
  EXPECT_THAT(error->what(), testing::Not(HasSubstr("trifle@")));
  EXPECT_THROW(read_one(*driver), ConnectionError);
}

}  // namespace
}  // namespace trifle::stats::test
