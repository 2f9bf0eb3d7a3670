// The sisters' own commands on the same documents, before, after and at the same time as ours: every increment of both
// is read back, by both.

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/mongo.hpp>

#include "contract/batches.hpp"
#include "contract/mongo_connection.hpp"

namespace trifle::stats::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kRows = "trifle_stats";

struct Meeting {
  const MongoServer* server;
  Identity identity;
  bool transactions;
  const char* name;
};

/// A program of another language of the family. What it sends is what Ruby's driver sends; `bulk` false: Go's, a
/// command for each document.
class Sister {
 public:
  Sister(const std::string& url, Identity identity) : connection_(url), identity_(identity) {}

  /// The members that identify a document.
  std::string identity(const std::string& key, std::int64_t at = kTen) const {
    switch (identity_) {
      case Identity::Full:
        return R"("key": ")" + key + "::1h::" + std::to_string(at) + "\"";
      case Identity::Partial:
        return R"("key": ")" + key + R"(::1h", "at": )" + date(at);
      case Identity::Separated:
        break;
    }
    return R"("key": ")" + key + R"(", "granularity": "1h", "at": )" + date(at);
  }

  void setup() {
    const std::string keys = identity_ == Identity::Full      ? R"({"key": 1})"
                             : identity_ == Identity::Partial ? R"({"key": 1, "at": -1})"
                                                              : R"({"key": 1, "granularity": 1, "at": -1})";
    const std::string name = identity_ == Identity::Full      ? "key_1"
                             : identity_ == Identity::Partial ? "key_1_at_-1"
                                                              : "key_1_granularity_1_at_-1";
    connection_.run(
        R"({"createIndexes": "trifle_stats", "indexes": [{"key": )" + keys + R"(, "name": ")" + name +
        R"(", "unique": true}, {"key": {"expire_at": 1}, "name": "expire_at_1", "expireAfterSeconds": 0}]})");
  }

  /// {count: 1, country: {us: 1, de: 2}, duration: 2.5}
  void track(bool bulk = true) {
    const auto row = statement(
        identity("event::signup"),
        R"("$inc": {"data.count": 1, "data.country.us": 1, "data.country.de": 2, "data.duration": 2.5})", bulk);
    const auto system =
        statement(identity("__system__key__"), R"("$inc": {"data.count": 1, "data.keys.event::signup": 1})", bulk);
    if (bulk) {
      update(row + ", " + system, true);
    } else {
      update(row, true);
      update(system, true);
    }
  }
  void change(const std::string& update_document, const std::string& key = "event::signup") {
    update(statement(identity(key), update_document, true), true);
  }
  std::string data(const std::string& key = "event::signup", std::int64_t at = kTen) {
    return connection_.one(kRows, "{" + identity(key, at) + "}");
  }
  void beam(const std::string& key, std::int64_t at) {
    update(statement(R"("key": ")" + key + "\"", R"("$set": {"data.state": "theirs", "at": )" + date(at) + "}", true),
           true);
  }
  MongoConnection& connection() { return connection_; }

  static std::string date(std::int64_t at) {
    return R"({"$date": {"$numberLong": ")" + std::to_string(at * 1000) + "\"}}";
  }

 private:
  static std::string statement(const std::string& filter, const std::string& change, bool multi) {
    return R"({"q": {)" + filter + R"(}, "u": {)" + change + R"(}, "upsert": true, "multi": )" +
           (multi ? "true" : "false") + "}";
  }
  void update(const std::string& statements, bool ordered) {
    const auto command = R"({"update": "trifle_stats", "ordered": )" + std::string(ordered ? "true" : "false") +
                         R"(, "updates": [)" + statements + "]}";
    // Of two who make a document at once, one is told that it is there; theirs fail then, and the tests try again.
    for (int tries = 0;; ++tries) {
      const auto reply = connection_.run(command);
      if (reply.find("writeErrors") == std::string::npos) return;
      if (tries == 20 || statements.find("}, {\"q\"") != std::string::npos) throw std::runtime_error(reply);
    }
  }

  MongoConnection connection_;
  const Identity identity_;
};

class MongoSistersTest : public testing::TestWithParam<Meeting> {
 protected:
  void SetUp() override {
    if (!mongo_available(*GetParam().server)) GTEST_SKIP() << GetParam().server->variable << " is not set";
    url_ = mongo_url(*GetParam().server, folder_);
    sister_.emplace(url_, GetParam().identity);
  }

  std::unique_ptr<detail::RowDriver> open(drivers::MongoOptions options = {}) const {
    options.identity = GetParam().identity;
    options.transactions = GetParam().transactions;
    return drivers::mongo(url_, std::move(options)).release();
  }
  void track(detail::RowDriver& ours) const {
    write(ours, {{.increments = {{"count", 1}, {"country.us", 1}, {"country.de", 2}, {"duration", 2.5}}},
                 {.key = "__system__key__", .increments = {{"count", 1}, {"keys.event::signup", 1}}}});
  }
  void expect_calls(detail::RowDriver& ours, int calls) {
    EXPECT_EQ(read_one(ours),
              (Values{{"count", calls}, {"country.us", calls}, {"country.de", 2 * calls}, {"duration", calls * 2.5}}));
    EXPECT_EQ(read_one(ours, "__system__key__"), (Values{{"count", calls}, {"keys.event::signup", calls}}));
    const auto number = std::to_string(calls);
    EXPECT_THAT(sister_->data(), AllOf(HasSubstr(R"("count" : { "$numberLong" : ")" + number + "\" }"),
                                       HasSubstr(R"("us" : { "$numberLong" : ")" + number + "\" }")));
    EXPECT_THAT(sister_->data("__system__key__"), HasSubstr(R"("event::signup" : { "$numberLong" : ")" + number));
  }

  TempFolder folder_;
  std::string url_;
  std::optional<Sister> sister_;
};

INSTANTIATE_TEST_SUITE_P(Meetings, MongoSistersTest,
                         testing::Values(Meeting{&kSecantus, Identity::Full, true, "mongo_full"},
                                         Meeting{&kSecantus, Identity::Partial, true, "mongo_partial"},
                                         Meeting{&kSecantus, Identity::Separated, true, "mongo_separated"},
                                         Meeting{&kSecantus, Identity::Separated, false, "mongo_rows"},
                                         Meeting{&kDocumentDb, Identity::Full, false, "documentdb_full"},
                                         Meeting{&kDocumentDb, Identity::Separated, false, "documentdb_separated"}),
                         [](const auto& meeting) { return std::string(meeting.param.name); });

TEST_P(MongoSistersTest, OneAfterTheOther) {
  sister_->setup();
  sister_->track();
  const auto ours = open();
  EXPECT_THAT(ours->setup(Setup::Create).differences, IsEmpty());
  for (int i = 1; i < 10; ++i) {
    if (i % 3 == 0) {
      sister_->track();
    } else if (i % 3 == 1) {
      track(*ours);
    } else {
      sister_->track(false);
    }
  }
  expect_calls(*ours, 10);
}

TEST_P(MongoSistersTest, TheirSetupFindsOursAsItIs) {
  open()->setup(Setup::Create);
  sister_->setup();
  EXPECT_TRUE(open()->setup(Setup::Check).ok());
}

TEST_P(MongoSistersTest, AtTheSameTime) {
  open()->setup(Setup::Create);
  // The documents are there: two sisters that make one at the same time may fail, whoever else is there.
  sister_->track();
  constexpr int kCalls = 60;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        Sister sister(url_, GetParam().identity);
        for (int call = 0; call < kCalls; ++call) sister.track(false);
      });
      threads.emplace_back([&] {
        const auto ours = open();
        for (int call = 0; call < kCalls; ++call) track(*ours);
      });
    }
  }
  expect_calls(*open(), 4 * kCalls + 1);
}

TEST_P(MongoSistersTest, TheirSetsBetweenOurIncrements) {
  const auto ours = open();
  ours->setup(Setup::Create);
  write(*ours, {{.increments = {{"level", 5}, {"n", 1}}}});
  sister_->change(R"("$set": {"data.level": 70, "data.other": 9})");
  write(*ours, {{.increments = {{"level", 1}, {"n", 1}}}});
  EXPECT_EQ(read_one(*ours), (Values{{"level", 71}, {"n", 2}, {"other", 9}}));
  write(*ours, {{.sets = {{"level", 2.5}}}});
  sister_->change(R"("$inc": {"data.level": 0.25})");
  EXPECT_EQ(read_one(*ours).at("level"), Number(2.75));
}

TEST_P(MongoSistersTest, IntegersStayIntegersOf64Bits) {
  const auto ours = open();
  ours->setup(Setup::Create);
  sister_->change(R"("$inc": {"data.n": 1, "data.big": {"$numberLong": "9007199254740993"}})");
  write(*ours, {{.increments = {{"n", 1}, {"big", std::int64_t{9007199254740993}}}}});
  EXPECT_THAT(sister_->data(), AllOf(HasSubstr(R"("n" : { "$numberLong" : "2" })"),
                                     HasSubstr(R"("big" : { "$numberLong" : "18014398509481986" })")));
  sister_->change(R"("$set": {"data.edge": {"$numberLong": "9223372036854775807"}})");
  write(*ours, {{.increments = {{"edge", 1}}}});
  EXPECT_EQ(read_one(*ours).at("edge"), Number(9223372036854775808.0));
}

TEST_P(MongoSistersTest, WhatTheyLeaveBesideNumbersStays) {
  const auto ours = open();
  ours->setup(Setup::Create);
  sister_->change(R"("$set": {"data.text": "idle", "data.null": null, "data.yes": true, "data.five": "5",)"
                  R"( "reference": "proj_1"})");
  EXPECT_EQ(read_one(*ours), (Values{{"five", 5}}));
  write(*ours, {{.increments = {{"n", 1}}}});
  EXPECT_THAT(sister_->data(), AllOf(HasSubstr(R"("text" : "idle")"), HasSubstr(R"("reference" : "proj_1")")));
  write(*ours, {{.increments = {{"text", 1}, {"null", 2}, {"yes", 3}, {"five", 4}}}});
  EXPECT_EQ(read_one(*ours), (Values{{"n", 1}, {"text", 1}, {"null", 2}, {"yes", 3}, {"five", 9}}));
  EXPECT_THAT(sister_->data(), HasSubstr(R"("reference" : "proj_1")"));
}

TEST_P(MongoSistersTest, ANumberAndAMapAtOneNameBothStay) {
  const auto ours = open();
  ours->setup(Setup::Create);
  sister_->change(R"("$inc": {"data.a": 1, "data.m.b": 2})");
  write(*ours, {{.increments = {{"a.b", 2}, {"m", 3}, {"both", 1}, {"both.x", 1}}}});
  write(*ours, {{.increments = {{"a", 1}, {"a.b", 1}, {"m.b", 1}, {"m", 1}, {"both", 1}, {"both.x", 1}}}});
  EXPECT_EQ(read_one(*ours), (Values{{"a", 2}, {"a.b", 3}, {"m", 4}, {"m.b", 3}, {"both", 2}, {"both.x", 2}}));
}

TEST_P(MongoSistersTest, OlderSpellingsAreRead) {
  const auto ours = open();
  ours->setup(Setup::Create);
  // Elixir's assert of March 2026 sets the whole, flat.
  sister_->connection().run(R"({"insert": "trifle_stats", "documents": [{)" + sister_->identity("event::signup") +
                            R"(, "data": {"a.b": 1, "count": 2}}]})");
  write(*ours, {{.increments = {{"a.b", 4}, {"count", 1}}}});
  EXPECT_EQ(read_one(*ours), (Values{{"a.b", 5}, {"count", 3}}));
}

TEST_P(MongoSistersTest, ExpiryIsTheirsOrOursAndNeverShortened) {
  const auto ours = open({.expire_after = {{"", std::chrono::hours(24)}}});
  ours->setup(Setup::Create);
  sister_->change(R"("$inc": {"data.n": 1}, "$set": {"expire_at": )" + Sister::date(kTen + 60) + "}");
  track(*ours);
  EXPECT_THAT(sister_->data(), Not(HasSubstr(std::to_string((kTen + 60) * 1000))));
  const auto far = kTen + 400 * 86'400;
  sister_->change(R"("$set": {"expire_at": )" + Sister::date(far) + "}");
  track(*ours);
  EXPECT_THAT(sister_->data(), HasSubstr(std::to_string(far * 1000)));
}

TEST_P(MongoSistersTest, AStatusNeverTouchesABucket) {
  const auto ours = open();
  ours->setup(Setup::Create);
  track(*ours);
  const auto before = sister_->data();
  ours->beam("event::signup", {.at = kTen + 5, .json = R"({"data.state":"ours","data.queue":12,"at":1})"});
  EXPECT_EQ(sister_->data(), before);
  EXPECT_EQ(ours->scan("event::signup")->at, kTen + 5);
  if (GetParam().identity != Identity::Separated) return;
  // Theirs are among the rows, and is the newest of the key.
  const auto found =
      sister_->connection().find(kRows, R"({"key": "event::signup", "granularity": {"$exists": false}})");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0], HasSubstr(R"("state" : "ours")"));
  sister_->beam("worker", kTen + 7);
  EXPECT_THAT(ours->scan("worker")->json, HasSubstr(R"("data.state":"theirs")"));
  ours->beam("worker", {.at = kTen + 8, .json = R"({"data.state":"ours"})"});
  EXPECT_THAT(sister_->connection().find(kRows, R"({"key": "worker"})"), SizeIs(1));
  EXPECT_EQ(ours->scan("worker")->at, kTen + 8);
}

TEST_P(MongoSistersTest, AWholeStatsIsReadByTheirCommands) {
  {
    trifle::Stats stats(
        drivers::mongo(url_, {.identity = GetParam().identity, .transactions = GetParam().transactions}),
        {.granularities = {"1h", "1d"}});
    stats.setup();
    for (int i = 0; i < 3; ++i)
      stats.track("event::signup", Instant::from_unix(kTen + 2265),
                  {{"count", 1}, {"duration", 2.5}, {"country", {{"us", 1}, {"de", 2}}}});
  }
  EXPECT_THAT(sister_->data(),
              AllOf(HasSubstr(R"("count" : { "$numberLong" : "3" })"), HasSubstr(R"("us" : { "$numberLong" : "3" })"),
                    HasSubstr(R"("de" : { "$numberLong" : "6" })"),
                    HasSubstr(R"("duration" : { "$numberDouble" : "7.5" })"), Not(HasSubstr("expire_at"))));
  EXPECT_THAT(sister_->data("__system__key__"), AllOf(HasSubstr(R"("count" : { "$numberLong" : "3" })"),
                                                      HasSubstr(R"("event::signup" : { "$numberLong" : "3" })")));
}

}  // namespace
}  // namespace trifle::stats::test
