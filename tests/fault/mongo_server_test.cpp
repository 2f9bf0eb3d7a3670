// A server of one's own that speaks MongoDB's protocol: killed under load, and made to fail by its fail points.

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/mongo.hpp>

#include "all_rounds.hpp"
#include "contract/batches.hpp"
#include "contract/mongo_connection.hpp"
#include "fault/own_server_test.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// What was acknowledged must be there after a kill, so every commit goes to the disk.
const int kSynced = ::setenv("TRIFLE_TEST_MONGO_OPTIONS", "--sync-on-commit", 1);

std::string database_of(const std::string& url) { return url + "/trifle"; }

OwnServerKind kind(const char* name, bool transactions) {
  return {
      .name = name,
      .make = [=](const std::string& url) { return drivers::mongo(database_of(url), {.transactions = transactions}); },
      .make_impatient =
          [=](const std::string& url, std::chrono::milliseconds connect_timeout) {
            return drivers::mongo(database_of(url), {.transactions = transactions, .connect_timeout = connect_timeout});
          }};
}

INSTANTIATE_TEST_SUITE_P(Mongo, OwnServerTest, testing::Values(kind("mongo", true), kind("documentdb", false)),
                         [](const auto& server) { return server.param.name; });

/// In transactions, and row by row.
class MongoFailPointTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!OwnServer::available(kSecantus.name)) GTEST_SKIP() << kSecantus.variable << " is not set";
    server.emplace(kSecantus.name);
    other.emplace(database_of(server->url()));
    driver = open();
    driver->setup(Setup::Create);
    write_two();
  }

  bool transactions() const { return GetParam(); }

  std::unique_ptr<detail::RowDriver> open(drivers::MongoOptions options = {}) const {
    options.transactions = transactions();
    return drivers::mongo(database_of(server->url()), std::move(options)).release();
  }

  /// The next `times` commands of this name fail as `how` says.
  void let_fail(const std::string& command, int times, const std::string& how) {
    other->run(R"({"configureFailPoint": "failCommand", "mode": {"times": )" + std::to_string(times) +
                   R"(}, "data": {"failCommands": [")" + command + "\"], " + how + "}}",
               "admin");
  }

  detail::Rows two() const {
    return rows_of(driver->layout(), {{.key = "a", .increments = {{"n", 1}}}, {.key = "b", .increments = {{"n", 1}}}});
  }
  void write_two() { driver->write(two()); }

  /// How often both rows were written.
  std::int64_t stored() {
    const auto a = read_one(*driver, "a").at("n").to_int64().value();
    EXPECT_EQ(read_one(*driver, "b").at("n"), Number(a)) << "half a batch";
    return a;
  }

  std::optional<OwnServer> server;
  std::optional<MongoConnection> other;
  std::unique_ptr<detail::RowDriver> driver;
};

INSTANTIATE_TEST_SUITE_P(Ways, MongoFailPointTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "transactions" : "rows"; });

TEST_P(MongoFailPointTest, WhatTheServerRefusesIsNotApplied) {
  struct Case {
    int native;
    ErrorCode code;
  };
  for (const auto& [native, code] : {Case{13, ErrorCode::Storage}, Case{10107, ErrorCode::Connection}}) {
    const auto before = stored();
    let_fail("update", 2, "\"errorCode\": " + std::to_string(native));
    const auto error = error_of([&] { driver->write(two()); });
    let_fail("update", 0, "\"errorCode\": 1");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), code) << error->what();
    EXPECT_EQ(error->native_code(), native);
    EXPECT_EQ(error->outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error->retry_is_safe());
    EXPECT_EQ(stored(), before);
    write_two();
    EXPECT_EQ(stored(), before + 1);
  }
}

TEST_P(MongoFailPointTest, AnInterruptedWriteIsSentAgainAsItWas) {
  const auto rows = two();
  let_fail("update", 1, "\"errorCode\": 11600");
  try {
    driver->write(rows);
  } catch (const Error& error) {
    EXPECT_EQ(error.outcome(), transactions() ? Outcome::NotApplied : Outcome::Unknown) << error.what();
    driver->write(rows);
  }
  driver->write(rows);
  EXPECT_EQ(stored(), 2);
}

TEST_P(MongoFailPointTest, AConflictIsTriedAgain) {
  const auto before = driver->retries();
  let_fail("update", 2, "\"errorCode\": 112, \"errorLabels\": [\"TransientTransactionError\"]");
  try {
    write_two();
    EXPECT_EQ(stored(), 2);
    EXPECT_GT(driver->retries(), before);
  } catch (const Error& error) {
    FAIL() << error.what();
  }
}

TEST_P(MongoFailPointTest, AConnectionThatIsClosedMeanwhileIsReplacedUnseen) {
  let_fail("update", 1, "\"closeConnection\": true");
  write_two();
  EXPECT_EQ(stored(), 2);
}

TEST_P(MongoFailPointTest, AServerThatDoesNotAnswerIsGivenUpInTime) {
  const auto impatient = open({.reply_timeout = 300ms});
  impatient->write(two());
  const auto rows = two();
  let_fail("update", 1, "\"blockConnection\": true, \"blockTimeMS\": 1000");
  const auto error = error_of([&] { impatient->write(rows); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Timeout) << error->what();
  EXPECT_EQ(error->outcome(), transactions() ? Outcome::NotApplied : Outcome::Unknown);
  std::this_thread::sleep_for(1s);  // what is still at it on the server
  impatient->write(rows);
  EXPECT_EQ(stored(), 3) << "whether it was applied before or not";
}

TEST_P(MongoFailPointTest, WhatTooFewMembersConfirmedIsApplied) {
  let_fail(transactions() ? "commitTransaction" : "update", 1,
           R"("writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"})");
  const auto rows = two();
  const auto error = error_of([&] { driver->write(rows); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::Applied) << error->what();
  EXPECT_THAT(error->what(), HasSubstr("not confirmed"));
  EXPECT_THAT(error->rows(), IsEmpty());
  EXPECT_EQ(stored(), 2);
}

using MongoCommitTest = MongoFailPointTest;
INSTANTIATE_TEST_SUITE_P(Transactions, MongoCommitTest, testing::Values(true),
                         [](const auto&) { return "transactions"; });

TEST_P(MongoCommitTest, ACommitThatNeverArrivedIsKnown) {
  let_fail("commitTransaction", 1, "\"closeConnection\": true");
  write_two();
  EXPECT_EQ(stored(), 2) << "the client library commits again";
  let_fail("commitTransaction", 2, "\"closeConnection\": true");
  const auto error = error_of([&] { write_two(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied) << "the ledger was asked: " << error->what();
  EXPECT_TRUE(error->retry_is_safe());
  EXPECT_EQ(stored(), 2);
  write_two();
  EXPECT_EQ(stored(), 3) << "nobody holds the rows";
}

TEST_P(MongoCommitTest, WithoutALedgerItIsNot) {
  const auto without = open({.ledger = false});
  without->write(two());
  let_fail("commitTransaction", 2, "\"closeConnection\": true");
  const auto error = error_of([&] { without->write(two()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::Unknown);
  EXPECT_FALSE(error->retry_is_safe());
  without->write(two());
  EXPECT_EQ(stored(), 3);
}

TEST_P(MongoCommitTest, ADeploymentWithoutTransactionsIsWrittenRowByRow) {
  EXPECT_EQ(driver->traits().atomicity, Atomicity::Batch);
  let_fail("insert", 1, "\"errorCode\": 20");
  write_two();
  EXPECT_EQ(stored(), 2);
  EXPECT_EQ(driver->traits().atomicity, Atomicity::Row);
}

/// Row by row, killed again and again in the middle of large batches.
TEST(MongoRowsTest, KilledUnderLoadItHoldsWhatWasSaid) {
  if (!OwnServer::available(kSecantus.name)) GTEST_SKIP() << kSecantus.variable << " is not set";
  OwnServer server(kSecantus.name);
  const auto open = [&] {
    return drivers::mongo(database_of(server.url()), {.transactions = false, .connect_timeout = 2s}).release();
  };
  const auto driver = open();
  driver->setup(Setup::Create);
  const int kills = all_rounds() ? 20 : 3;
  std::vector<Change> changes;
  for (const auto at : hours(kTen, 300)) changes.push_back({.at = at, .increments = {{"n", 1}, {"half", 0.5}}});
  std::int64_t batches = 0;
  for (int i = 0; i < kills; ++i) {
    std::jthread killer([&, i] {
      std::this_thread::sleep_for(20ms + i * 37ms);
      server.kill();
      server.start();
    });
    for (bool killed = false; !killed;) {
      // As the buffer does it: the same batch, until it is known to be written.
      const auto rows = rows_of(driver->layout(), changes);
      for (;;) {
        try {
          driver->write(rows);
          break;
        } catch (const Error& error) {
          killed = true;
          std::this_thread::sleep_for(20ms);
        }
      }
      ++batches;
    }
  }
  const auto found = read(*open(), "event::signup", "1h", hours(kTen, 300));
  ASSERT_THAT(found, SizeIs(300));
  for (const auto& [at, values] : found)
    ASSERT_EQ(values, (Values{{"n", batches}, {"half", static_cast<double>(batches) / 2}})) << at;
}

}  // namespace
}  // namespace trifle::stats::test
