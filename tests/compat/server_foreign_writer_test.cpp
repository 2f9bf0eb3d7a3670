// The sisters' own statements on the same tables of a server, before, after and at the same time as ours:
// every increment of both is there, and each side reads the other->

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>

#include "compat/server_foreign_writer_test.hpp"
#include "contract/batches.hpp"

namespace trifle::stats::test {
namespace {

constexpr int kCalls = 30;  // of each writer
const ServerForeignWriter::Fields kFields = {{"count", "1"}, {"country.us", "2"}, {"country.de", "3"},
                                             {"a.b.c", "4"}, {"half", "0.5"},     {"f%22x%5Cy", "1"}};

}  // namespace

std::unique_ptr<detail::RowDriver> ServerForeignWriterTest::ours() const {
  auto driver = unopened().release();
  driver->setup(Setup::Create);
  return driver;
}

void ServerForeignWriterTest::write_theirs() const {
  const auto writer = theirs();
  for (int i = 0; i < kCalls; ++i) writer->track("signup", "1h", buckets_, kFields);
}

void ServerForeignWriterTest::write_ours(detail::RowDriver& driver) const {
  std::vector<Change> changes;
  for (const auto at : buckets_) {
    Values increments;
    for (const auto& [name, number] : kFields)
      increments[name] = name == "half" ? Number(0.5) : Number(std::stoi(number));
    changes.push_back({.key = "signup", .at = at, .increments = increments});
    changes.push_back({.key = "__system__key__", .at = at, .increments = {{"count", 1}, {"keys.signup", 1}}});
  }
  for (int i = 0; i < kCalls; ++i) write(driver, changes);
}

void ServerForeignWriterTest::expect_sums(detail::RowDriver& driver, int calls) const {
  const auto reader = theirs();
  for (const auto at : buckets_) {
    SCOPED_TRACE(at);
    Values rows;
    for (const auto& [name, number] : kFields) {
      rows[name] = name == "half" ? Number(0.5 * calls) : Number(std::stoi(number) * calls);
      EXPECT_EQ(std::stod(reader->number("signup", "1h", at, name)), rows[name].to_double()) << name;
    }
    EXPECT_EQ(read_one(driver, "signup", "1h", at), rows);
    EXPECT_EQ(read_one(driver, "__system__key__", "1h", at), (Values{{"count", calls}, {"keys.signup", calls}}));
    EXPECT_EQ(std::stod(reader->number("__system__key__", "1h", at, "keys.signup")), calls);
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ServerForeignWriterTest);

TEST_P(ServerForeignWriterTest, TheirsFirst) {
  theirs()->create_tables();
  write_theirs();
  const auto driver = ours();
  expect_sums(*driver, kCalls);
  write_ours(*driver);
  expect_sums(*driver, 2 * kCalls);
}

TEST_P(ServerForeignWriterTest, OursFirst) {
  const auto driver = ours();
  write_ours(*driver);
  write_theirs();
  expect_sums(*driver, 2 * kCalls);
  write_ours(*driver);
  expect_sums(*driver, 3 * kCalls);
}

TEST_P(ServerForeignWriterTest, BothAtTheSameTime) {
  for (const bool their_tables : {true, false}) {
    theirs()->drop_tables();
    if (their_tables) theirs()->create_tables();
    const auto driver = ours();
    std::vector<std::thread> writers;
    for (int i = 0; i < 2; ++i) {
      writers.emplace_back([&] { write_theirs(); });
      writers.emplace_back([&] { write_ours(*driver); });
    }
    for (auto& writer : writers) writer.join();
    expect_sums(*driver, 4 * kCalls);
  }
}

TEST_P(ServerForeignWriterTest, TheirTablesAreUsedAsTheyAre) {
  theirs()->create_tables();
  const auto driver = unopened().release();
  const auto report = driver->setup(Setup::Create);
  EXPECT_THAT(report.created, testing::ElementsAre("trifle_stats_batches"));
  EXPECT_THAT(report.differences, GetParam().server.differences);
}

TEST_P(ServerForeignWriterTest, StatusesGoBothWays) {
  const auto other = theirs();
  other->create_tables();
  trifle::Stats stats(unopened(), {.granularities = {"1h"}});
  const auto at = Instant::from_unix(kTen + 2'265);
  other->beam("worker", kTen + 5, R"({"data.queue":12,"data.a.b":1.5,"at":1784109605})");
  auto status = stats.scan("worker");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->at.unix_seconds(), kTen + 5);
  EXPECT_EQ(status->values, (StatusValues{{"queue", 12}, {"a", {{"b", 1.5}}}}));

  stats.beam("worker", at, {{"state", "idle"}, {"queue", 7}});
  const auto [time, json] = other->scan("worker");
  EXPECT_EQ(time, GetParam().server.status_time);
  EXPECT_EQ(other->status_member("data.state"), "\"idle\"");
  EXPECT_EQ(other->status_member("at"), std::to_string(kTen + 2'265));
  status = stats.scan("worker");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->values, (StatusValues{{"state", "idle"}, {"queue", 7}}));
}

}  // namespace trifle::stats::test
