// What MongoDB holds, field by field, and what only this driver promises.

#include <cmath>
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/mongo.hpp>

#include "contract/batches.hpp"
#include "contract/mongo_connection.hpp"
#include "contract/temp_folder.hpp"
#include "seed.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

struct Way {
  const MongoServer* server;
  bool transactions;
  const char* name;
};

class MongoRowsTest : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    if (!mongo_available(*GetParam().server)) GTEST_SKIP() << GetParam().server->variable << " is not set";
    url_ = mongo_url(*GetParam().server, folder_);
    mongo_.emplace(url_);
    driver_ = open();
    driver_->setup(Setup::Create);
  }

  std::unique_ptr<detail::RowDriver> open(drivers::MongoOptions options = {}) const {
    options.transactions = GetParam().transactions;
    return drivers::mongo(url_, std::move(options)).release();
  }
  std::string stored(const std::string& granularity = "1h", std::int64_t at = kTen) {
    return mongo_->one("trifle_stats", R"({"key": "event::signup::)" + granularity + "::" + std::to_string(at) + "\"}");
  }

  TempFolder folder_;
  std::string url_;
  std::optional<MongoConnection> mongo_;
  std::unique_ptr<detail::RowDriver> driver_;
};

INSTANTIATE_TEST_SUITE_P(Ways, MongoRowsTest,
                         testing::Values(Way{&kSecantus, true, "mongo"}, Way{&kSecantus, false, "mongo_rows"},
                                         Way{&kDocumentDb, false, "documentdb"}),
                         [](const auto& way) { return std::string(way.param.name); });

TEST_P(MongoRowsTest, StoresTheFamilysDocuments) {
  write(*driver_, {{.increments = {{"count", 3}, {"country.us", 3}, {"duration", 7.5}}, .sets = {{"level", 2.0}}}});
  EXPECT_THAT(stored(), AllOf(HasSubstr(R"("key" : "event::signup::1h::1784109600")"),
                              HasSubstr(R"("count" : { "$numberLong" : "3" })"),
                              HasSubstr(R"("country" : { "us" : { "$numberLong" : "3" } })"),
                              HasSubstr(R"("duration" : { "$numberDouble" : "7.5" })"),
                              HasSubstr(R"("level" : { "$numberLong" : "2" })"), Not(HasSubstr("expire_at"))));
  const auto partial = open({.identity = Identity::Partial, .collection = "partial"});
  partial->setup(Setup::Create);
  write(*partial, {{.increments = {{"n", 1}}}});
  EXPECT_THAT(mongo_->one("partial"), AllOf(HasSubstr(R"("key" : "event::signup::1h")"),
                                            HasSubstr(R"("at" : { "$date" : { "$numberLong" : "1784109600000" } })"),
                                            Not(HasSubstr("granularity"))));
  const auto separated = open({.identity = Identity::Separated, .collection = "separated"});
  separated->setup(Setup::Create);
  write(*separated, {{.increments = {{"n", 1}}}});
  EXPECT_THAT(mongo_->one("separated"), AllOf(HasSubstr(R"("key" : "event::signup")"),
                                              HasSubstr(R"("granularity" : "1h")"), HasSubstr("1784109600000")));
}

TEST_P(MongoRowsTest, SumsAreWhatANumberSumIs) {
  const auto seed = seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  const auto any = [&]() -> Number {
    const std::int64_t edges[] = {0, 1, -1, kMax, kMin, kMax - 1, kMin + 1, kExact, kExact + 1, -kExact, -kExact - 1};
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
  // A double without a fraction, up to 2^53, is stored as the integer that it is.
  const auto as_stored = [](Number number) {
    const auto integer = number.to_int64();
    return integer && std::fabs(number.to_double()) <= std::ldexp(1.0, 53) ? Number(*integer) : number;
  };
  Values expected;
  for (int round = 0; round < 20; ++round) {
    Values increments;
    for (int i = 0; i < 30; ++i) {
      const auto path = "p" + std::to_string(i);
      const auto number = any();
      increments[path] = number;
      const auto before = expected.find(path);
      expected[path] = before == expected.end() ? as_stored(number) : before->second + as_stored(number);
    }
    write(*driver_, {{.increments = increments}});
    const auto found = read_one(*driver_);
    for (const auto& [path, number] : expected)
      ASSERT_EQ(found.at(path), number) << path << " += " << increments[path] << " in round " << round;
  }
}

TEST_P(MongoRowsTest, ASumThatWouldBecomeInfiniteIsRefusedAndAllElseIsWritten) {
  constexpr double kHuge = std::numeric_limits<double>::max();
  write(*driver_, {{.increments = {{"v", kHuge}, {"w", -kHuge}}}});
  write(*driver_, {{.increments = {{"v", 1e200}, {"w", -1e200}}}});
  EXPECT_EQ(read_one(*driver_), (Values{{"v", kHuge}, {"w", -kHuge}})) << "that is nothing to the largest of all";
  for (const auto& change : {Change{.increments = {{"v", kHuge}, {"n", 1}}}, Change{.increments = {{"w", -1e300}}}}) {
    const auto error = error_of([&] { write(*driver_, {change}); });
    ASSERT_TRUE(error);
    ASSERT_THAT(error->rows(), SizeIs(1));
    EXPECT_THAT(error->rows()[0].reason, HasSubstr("infinite"));
  }
  write(*driver_, {{.increments = {{"v", -kHuge}, {"w", kHuge}}}});
  EXPECT_EQ(read_one(*driver_), (Values{{"v", 0}, {"w", 0}}));
}

TEST_P(MongoRowsTest, ABatchIsKnownAgain) {
  const auto rows =
      rows_of(driver_->layout(), {{.increments = {{"n", 1}}}, {.key = "other", .increments = {{"n", 1}}}});
  driver_->write(rows);
  open()->write(rows);  // another program, as after a failover of the application
  EXPECT_EQ(read_one(*driver_), (Values{{"n", 1}}));
  if (GetParam().transactions) {
    EXPECT_THAT(mongo_->find("trifle_stats_batches"), SizeIs(1));
    EXPECT_THAT(mongo_->run(R"({"listIndexes": "trifle_stats_batches"})"), HasSubstr("86400"));
    EXPECT_THAT(stored(), Not(HasSubstr("applied")));
  } else {
    EXPECT_THAT(stored(), HasSubstr("applied"));
  }
  const auto without = open({.ledger = false});
  EXPECT_FALSE(without->traits().ledger);
  for (int i = 0; i < 2; ++i) without->write(rows);
  EXPECT_EQ(read_one(*driver_), (Values{{"n", 3}}));
}

TEST_P(MongoRowsTest, TheRestOfABatchMayComeUnderItsId) {
  if (GetParam().transactions) return;
  const std::vector<Change> changes = {{.key = "a", .increments = {{"n", 1}}},
                                       {.key = "b", .increments = {{"n", 1}}},
                                       {.key = "c", .increments = {{"n", 1}}}};
  // The server has got as far as the second row when the connection was lost.
  const auto rows = rows_of(driver_->layout(), changes);
  driver_->write(rows);
  mongo_->run(R"({"delete": "trifle_stats", "deletes": [{"q": {"key": {"$regex": "^c"}}, "limit": 0}]})");
  driver_->write(rows);
  for (const auto* key : {"a", "b", "c"}) EXPECT_EQ(read_one(*driver_, key), (Values{{"n", 1}})) << key;
}

TEST_P(MongoRowsTest, ADocumentKeepsSoManyIds) {
  if (GetParam().transactions) return;
  const auto driver = open({.kept_ids = 3});
  std::vector<detail::Rows> batches;
  for (int i = 0; i < 5; ++i) batches.push_back(rows_of(driver->layout(), {{.increments = {{"n", 1}}}}));
  for (const auto& rows : batches) driver->write(rows);
  const auto json = stored();
  std::size_t kept = 0;
  for (auto at = json.find("$binary"); at != std::string::npos; at = json.find("$binary", at + 1)) ++kept;
  EXPECT_EQ(kept, 3u);
  driver->write(batches[2]);
  EXPECT_EQ(read_one(*driver), (Values{{"n", 5}}));
}

TEST_P(MongoRowsTest, ABucketExpiresAfterItsEndAndNeverSooner) {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const auto hour = now - now % kHour;
  const auto driver = open({.expire_after = {{"1h", 24h}, {"1mo", 240h}}});
  write(*driver, {{.at = hour, .increments = {{"n", 1}}},
                  {.granularity = "1mo", .at = hour, .increments = {{"n", 1}}},
                  {.granularity = "1d", .at = hour, .increments = {{"n", 1}}},
                  {.at = kTen - 1000 * kHour, .increments = {{"n", 1}}}});
  const auto expiry = [&](std::int64_t at, const std::string& granularity = "1h") -> std::int64_t {
    const auto json = stored(granularity, at);
    const auto member = json.find("\"expire_at\"");
    if (member == std::string::npos) return 0;
    return std::stoll(json.substr(json.find_first_of("0123456789", member))) / 1000;
  };
  EXPECT_GE(expiry(hour), hour + 25 * kHour);
  EXPECT_LE(expiry(hour), hour + 50 * kHour);
  EXPECT_GE(expiry(hour, "1mo"), hour + 31 * 24 * kHour + 240 * kHour) << "a month that is in use";
  EXPECT_EQ(expiry(hour, "1d"), 0) << "not named, so for ever";
  EXPECT_GE(expiry(kTen - 1000 * kHour), now + 24 * kHour) << "a late write counts from now";
  const auto all = open({.expire_after = {{"", 24h}, {"1h", 24h * 365}}});
  write(*all, {{.granularity = "1d", .at = hour, .increments = {{"n", 1}}}, {.at = hour, .increments = {{"n", 1}}}});
  EXPECT_GE(expiry(hour, "1d"), hour + 48 * kHour);
  EXPECT_GE(expiry(hour), hour + 366 * 24 * kHour);
  write(*driver, {{.at = hour, .increments = {{"n", 1}}}});
  EXPECT_GE(expiry(hour), hour + 366 * 24 * kHour) << "what lives longer isn't shortened";
}

TEST_P(MongoRowsTest, WithoutTheUniqueIndexNothingIsWritten) {
  const auto driver = open({.collection = "bare"});
  EXPECT_THAT(driver->setup(Setup::Check).missing, testing::Contains("bare"));
  const auto error = error_of([&] { write(*driver, {{.increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("run setup first"));
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(error->retry_is_safe());
  mongo_->run(R"({"createIndexes": "bare", "indexes": [{"key": {"key": 1}, "name": "key_1"}]})");
  EXPECT_THAT(driver->setup(Setup::Check).differences, ElementsAre(HasSubstr("isn't unique")));
  EXPECT_THROW(write(*driver, {{.increments = {{"n", 1}}}}), StorageError);
  mongo_->run(R"({"dropIndexes": "bare", "index": "key_1"})");
  EXPECT_THAT(driver->setup(Setup::Check).missing, testing::Contains("bare.key_1"));
  EXPECT_THAT(driver->setup(Setup::Create).created, testing::Contains("bare.key_1"));
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_TRUE(driver->setup(Setup::Check).ok());
}

TEST_P(MongoRowsTest, WhatMoreMembersThanThereAreMustConfirmIsToldAsItIs) {
  if (GetParam().server == &kDocumentDb) return;  // answers with what can't be read
  const auto driver = open({.write_concern = "2"});
  const auto rows = rows_of(driver->layout(), {{.increments = {{"n", 1}}}});
  const auto error = error_of([&] { driver->write(rows); });
  ASSERT_TRUE(error);
  EXPECT_NE(error->outcome(), Outcome::Unknown) << error->what();
  const auto applied = error->outcome() == Outcome::Applied ? Values{{"n", 1}} : Values{};
  EXPECT_EQ(read_one(*driver_), applied) << error->what();
  driver_->write(rows);
  EXPECT_EQ(read_one(*driver_), (Values{{"n", 1}}));
  const auto one = open({.write_concern = "1"});
  write(*one, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver_), (Values{{"n", 2}}));
}

TEST_P(MongoRowsTest, ADocumentThatWouldGrowTooLargeIsNamed) {
  write(*driver_, {{.increments = {{"n", 1}}}});
  const std::string text((16u << 20) - 1'500, 'x');
  mongo_->run(R"({"update": "trifle_stats", "updates": [{"q": {}, "u": {"$set": {"data.text": ")" + text + "\"}}}]}");
  Values increments;
  for (int i = 0; i < 100; ++i) increments["a path of some length " + std::to_string(i)] = i;
  const auto error = error_of([&] { write(*driver_, {{.increments = increments}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Storage);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  ASSERT_THAT(error->rows(), SizeIs(1));
  EXPECT_FALSE(error->rows()[0].retry_is_safe);
  EXPECT_EQ(read_one(*driver_), (Values{{"n", 1}}));
}

TEST_P(MongoRowsTest, AStoredNumberThatIsNoneIsToldWhenItIsRead) {
  write(*driver_, {{.increments = {{"n", 1}}}});
  mongo_->run(
      R"({"update": "trifle_stats", "updates": [{"q": {}, "u": {"$set": {"data.v": {"$numberDouble": "NaN"}}}}]})");
  EXPECT_FALSE(read_one(*driver_).at("v").is_finite());
  write(*driver_, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver_).at("n"), Number(2));
}

TEST_P(MongoRowsTest, AnEmptyRowIsNone) {
  write(*driver_, {{.key = "nothing"}, {.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver_), (Values{{"n", 1}}));
  EXPECT_THAT(mongo_->find("trifle_stats"), SizeIs(1));
}

}  // namespace
}  // namespace trifle::stats::test
