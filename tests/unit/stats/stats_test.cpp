#include <trifle/stats.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include <trifle/stats/drivers/process.hpp>

namespace trifle::stats {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Instant kAt = Instant::parse("2026-07-15T10:37:45Z");

std::string refusal(Options options) {
  try {
    const Stats stats(drivers::process(), std::move(options));
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "accepted";
}

TEST(StatsTest, TheDefaultsAreTheFamilys) {
  const Stats stats(drivers::process());
  const Options& options = stats.options();
  EXPECT_EQ(options.time_zone, "GMT");
  EXPECT_EQ(options.week_start, std::chrono::Monday);
  EXPECT_THAT(options.granularities, ElementsAre("1m", "1h", "1d", "1w", "1mo", "1q", "1y"));
  EXPECT_TRUE(options.buffer.enabled);
  EXPECT_EQ(options.buffer.duration, 1s);
  EXPECT_EQ(options.buffer.size, 256u);
  EXPECT_TRUE(options.buffer.aggregate);
  EXPECT_TRUE(options.buffer.async);
  EXPECT_TRUE(options.system_tracking);
}

TEST(StatsTest, WrongOptionsAreRefusedNamingOptionGivenAndAllowed) {
  EXPECT_THAT(refusal({.time_zone = "Mars/Phobos"}), HasSubstr("Mars/Phobos"));
  EXPECT_THAT(refusal({.granularities = {}}), HasSubstr("granularities is empty"));
  EXPECT_THAT(refusal({.granularities = {"1x"}}), HasSubstr("1x"));
  EXPECT_THAT(refusal({.granularities = {"0h"}}), HasSubstr("0h"));
  EXPECT_THAT(refusal({.granularities = {"01h"}}), HasSubstr("01h"));
  EXPECT_THAT(refusal({.granularities = {"1h", "1d", "1h"}}), HasSubstr("\"1h\" twice"));
  EXPECT_THAT(refusal({.week_start = std::chrono::weekday(9)}), HasSubstr("week_start"));
  EXPECT_THAT(refusal({.buffer = {.duration = 0s}}), HasSubstr("buffer.duration is 0"));
  EXPECT_THAT(refusal({.buffer = {.duration = 25h}}), HasSubstr("buffer.duration"));
  EXPECT_THAT(refusal({.buffer = {.size = 0}}), HasSubstr("buffer.size is 0; allowed are 1 and more"));
  EXPECT_THAT(refusal({.buffer = {.max_entries = 0}}), HasSubstr("buffer.max_entries"));
  EXPECT_THAT(refusal({.buffer = {.max_bytes = 10}}), HasSubstr("buffer.max_bytes is 10"));
  EXPECT_THAT(refusal({.buffer = {.block_for = -1s}}), HasSubstr("buffer.block_for"));
  EXPECT_THAT(refusal({.buffer = {.on_full = static_cast<OnFull>(3)}}), HasSubstr("buffer.on_full is 3"));
  EXPECT_THAT(refusal({.buffer = {.on_unknown = static_cast<OnUnknown>(-1)}}), HasSubstr("buffer.on_unknown is -1"));
  EXPECT_THAT(refusal({.max_points = 0}), HasSubstr("max_points"));

  auto driver = drivers::process();
  const Stats first(std::move(driver));
  EXPECT_THROW(Stats(std::move(driver)), InvalidArgument);  // NOLINT(bugprone-use-after-move): that is the test
}

TEST(StatsTest, TracksAssertsAndReadsBack) {
  Stats stats(drivers::process(), {.granularities = {"1h", "1d"}});
  stats.setup();
  stats.track("orders", kAt, {{"count", 1}, {"revenue", 49.90}, {"country", {{"us", 1}}}});
  stats.track("orders", kAt, {{"country.us", 1}});
  stats.assert_values("inventory", kAt, {{"books", 120}, {"pens", 80}});
  stats.assert_values("inventory", kAt, {{"pens", 70}});
  stats.track("inventory", kAt, Payload().add("books", 1));
  stats.track("internal", kAt, {{"n", 1}}, {.untracked = true});
  stats.flush();

  const Series orders = stats.values("orders", kAt - 1h, kAt, "1h");
  ASSERT_EQ(orders.size(), 2u);
  EXPECT_TRUE(orders[0].row.blank());
  EXPECT_EQ(orders[1].at, Instant::parse("2026-07-15T10:00:00Z"));
  EXPECT_EQ(orders[1].row["country.us"], Number(2));
  EXPECT_EQ(orders[1].row["revenue"], Number(49.90));
  EXPECT_EQ(orders[1].row["nothing"], std::nullopt);
  EXPECT_EQ(stats.values("orders", kAt - 1h, kAt, "1h", {.skip_blanks = true}).size(), 1u);
  EXPECT_EQ(stats.values("orders", kAt, kAt, "1w").size(), 1u)
      << "a granularity that isn't configured can be asked for";

  const Series inventory = stats.values("inventory", kAt, kAt, "1d");
  EXPECT_EQ(inventory[0].row["books"], Number(121));
  EXPECT_EQ(inventory[0].row["pens"], Number(70));

  EXPECT_THAT(stats.keys(kAt, kAt, "1d"),
              ElementsAre(KeyCount{"__untracked__", 1}, KeyCount{"inventory", 3}, KeyCount{"orders", 2}));

  const Health health = stats.health();
  EXPECT_EQ(health.written_operations, 6u);
  EXPECT_EQ(health.written_rows, 8u) << "three keys and the system row, in two granularities";
  EXPECT_EQ(health.written_batches, 1u);
  EXPECT_EQ(health.failed_operations, 0u);
  EXPECT_EQ(health.last_error, "");
}

TEST(StatsTest, WhatIsReadBeforeItsBucketIsOverIsPartial) {
  Stats stats(drivers::process(), {.granularities = {"1000y"}});
  const auto partial = [&](Instant at) { return stats.values("k", at, at, "1000y").partial(0); };
  EXPECT_FALSE(partial(Instant::parse("1999-12-31T23:59:59Z")));
  EXPECT_TRUE(partial(Instant::now()));
  EXPECT_TRUE(partial(Instant::parse("3000-01-01T00:00:00Z"))) << "it has not begun";
}

TEST(StatsTest, WithoutABufferEachCallWritesBeforeItReturns) {
  Stats stats(drivers::process(), {.granularities = {"1h", "1d"}, .buffer = {.enabled = false}});
  auto recorder = stats.recorder("k", {"n"});
  for (int i = 1; i <= 3; ++i) {
    stats.track("k", kAt, {{"n", 1}});
    recorder.track(kAt, {1});
    EXPECT_EQ(stats.values("k", kAt, kAt, "1h")[0].row["n"], Number(2 * i));
  }
  EXPECT_EQ(stats.health().written_batches, 6u);
  EXPECT_EQ(stats.health().written_rows, 24u);
}

TEST(StatsTest, ARecorderTracksByPosition) {
  auto stats = std::make_unique<Stats>(drivers::process(), Options{.granularities = {"1h"}});
  EXPECT_THROW(stats->recorder("", {"a"}), InvalidArgument);
  EXPECT_THROW(stats->recorder("k", {}), InvalidArgument);
  EXPECT_THROW(stats->recorder("k", {"a", "a"}), InvalidArgument);
  EXPECT_THROW(stats->recorder("k", {"a", "a.b"}), InvalidArgument);
  auto frame = stats->recorder("frame", {"count", "ms.cpu", "ms.gpu"});
  auto copy = frame;
  EXPECT_THROW(frame.track(kAt, {1, 2}), InvalidArgument);
  EXPECT_THROW(frame.track(kAt, {1, 2, 0.0 / 0.0}), InvalidArgument);
  frame.track(kAt, {1, 4.25, 7});
  stats->track("frame", kAt, {{"ms", {{"gpu", 1}}}});
  copy.track(kAt, {1, 0.25, 7});
  stats->flush();
  const Series series = stats->values("frame", kAt, kAt, "1h");
  const auto row = series[0].row;
  EXPECT_EQ(row["count"], Number(2));
  EXPECT_EQ(row["ms.cpu"], Number(4.5));
  EXPECT_EQ(row["ms.gpu"], Number(15));
  stats.reset();
  EXPECT_THROW(frame.track(kAt, {1, 2, 3}), ClosedError);
}

TEST(StatsTest, WhatIsLeftAtTheEndIsWritten) {
  std::size_t dropped = 0;
  auto driver = drivers::process();
  {
    Stats stats(std::move(driver),
                {.granularities = {"1h"}, .buffer = {.duration = 1h}, .on_drop = [&](const Dropped&) { ++dropped; }});
    stats.track("k", kAt, {{"n", 1}});
    const auto report = stats.close();
    EXPECT_EQ(report.written, 1u);
    EXPECT_EQ(report.kept, 0u);
    EXPECT_EQ(stats.health().written_operations, 1u);
  }
  EXPECT_EQ(dropped, 0u);
}

TEST(StatsTest, ABatchWritesAllTogether) {
  Stats stats(drivers::process(), {.granularities = {"1h"}});
  auto batch = stats.batch();
  for (int i = 0; i < 1000; ++i) batch.track("k", kAt + std::chrono::seconds(i), {{"n", 1}});
  batch.assert_values("g", kAt, Payload().add("v", 3));
  EXPECT_THROW(batch.track("k", kAt, {{"n", 1}, {"n.m", 1}}), InvalidArgument);
  EXPECT_EQ(batch.operations(), 1001u);
  EXPECT_GT(batch.bytes(), 0u);
  EXPECT_TRUE(stats.values("k", kAt, kAt, "1h")[0].row.blank());
  const auto written = batch.commit();
  EXPECT_EQ(written.operations, 1001u);
  EXPECT_EQ(written.rows, 3u);
  EXPECT_EQ(stats.values("k", kAt, kAt, "1h")[0].row["n"], Number(1000));
  EXPECT_EQ(batch.operations(), 0u);
  EXPECT_EQ(batch.commit().rows, 0u);
  EXPECT_EQ(stats.values("k", kAt, kAt, "1h")[0].row["n"], Number(1000));
}

TEST(StatsTest, WhatWasNotCommittedIsDiscarded) {
  Stats stats(drivers::process(), {.granularities = {"1h"}});
  {
    auto batch = stats.batch();
    batch.track("k", kAt, {{"n", 1}});
  }
  EXPECT_TRUE(stats.values("k", kAt, kAt, "1h")[0].row.blank());
}

TEST(StatsTest, BeamsAndScans) {
  Stats stats(drivers::process());
  EXPECT_EQ(stats.scan("worker::sync"), std::nullopt);
  stats.beam("worker::sync", kAt, {{"queue", 12}});
  stats.beam("worker::sync", kAt + 1s, {{"state", "idle"}, {"ok", true}, {"gone", nullptr}, {"q", {{"n", 2.5}}}});
  const auto status = stats.scan("worker::sync");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->at, kAt + 1s);
  EXPECT_EQ((*status)["state"], StatusValue("idle"));
  EXPECT_EQ((*status)["ok"], StatusValue(true));
  EXPECT_EQ((*status)["gone"], StatusValue(nullptr));
  EXPECT_EQ((*status)["q.n"], StatusValue(Number(2.5)));
  EXPECT_EQ((*status)["queue"], std::nullopt) << "a beam replaces the one before";
  EXPECT_THROW(stats.beam("", kAt, {{"a", 1}}), InvalidArgument);
  EXPECT_THROW(stats.beam("k", kAt, StatusValues()), InvalidArgument);
  EXPECT_THROW(stats.beam("k", kAt, {{"a", 1.0 / 0.0}}), InvalidArgument);
  EXPECT_TRUE(stats.keys(kAt, kAt, "1h").empty()) << "statuses are not counted";
}

TEST(StatsTest, ReadingRefusesBadArguments) {
  Stats stats(drivers::process(), {.max_points = 10});
  EXPECT_THROW(stats.values("", kAt, kAt, "1h"), InvalidArgument);
  EXPECT_THROW(stats.values("k", kAt, kAt, "1x"), InvalidArgument);
  EXPECT_THROW(stats.values("k", kAt - 10h, kAt, "1h"), InvalidArgument);
  EXPECT_EQ(stats.values("k", kAt - 9h, kAt, "1h").size(), 10u);
  EXPECT_EQ(stats.values("k", kAt, kAt - 1h, "1h").size(), 0u);
  EXPECT_EQ(stats.values(std::string(1000, 'k'), kAt, kAt, "1h").size(), 1u) << "reading longer keys is allowed";
}

TEST(StatsTest, TheLongestKeyThatFitsIsStoredAndOneLongerRefused) {
  const auto longest = [](Identity identity) {
    Stats stats(drivers::process({.identity = identity}), {.granularities = {"1h", "15mo"}});
    std::size_t length = 1;
    try {
      for (;; ++length) stats.track(std::string(length, 'k'), kAt, {{"n", 1}});
    } catch (const InvalidArgument&) {
      stats.flush();
      EXPECT_EQ(stats.values(std::string(length - 1, 'k'), kAt, kAt, "1h")[0].row["n"], Number(1));
      EXPECT_EQ(stats.keys(kAt, kAt, "1h").size(), length - 1);
    }
    return length - 1;
  };
  EXPECT_EQ(longest(Identity::Full), 255u - 2 - 2 - 4 - 12);
  EXPECT_EQ(longest(Identity::Partial), 255u - 2 - 4);
  EXPECT_EQ(longest(Identity::Separated), 255u);
}

TEST(StatsTest, AfterCloseEverythingSaysSo) {
  Stats stats(drivers::process());
  auto batch = stats.batch();
  batch.track("k", kAt, {{"n", 1}});
  stats.track("k", kAt, {{"n", 1}});
  stats.flush();
  stats.close();
  stats.close();
  EXPECT_THROW(stats.track("k", kAt, {{"n", 1}}), ClosedError);
  EXPECT_THROW(stats.assert_values("k", kAt, {{"n", 1}}), ClosedError);
  EXPECT_THROW(stats.values("k", kAt, kAt, "1h"), ClosedError);
  EXPECT_THROW(stats.keys(kAt, kAt, "1h"), ClosedError);
  EXPECT_THROW(stats.beam("k", kAt, {{"n", 1}}), ClosedError);
  EXPECT_THROW(stats.scan("k"), ClosedError);
  EXPECT_THROW(stats.setup(), ClosedError);
  EXPECT_THROW(stats.flush(), ClosedError);
  EXPECT_THROW(batch.commit(), ClosedError);
  EXPECT_EQ(stats.health().written_operations, 1u);
  EXPECT_EQ(stats.describe().backend, "process");
}

TEST(StatsTest, ABatchThatOutlivesItsStatsIsToldSo) {
  auto stats = std::make_unique<Stats>(drivers::process());
  auto batch = stats->batch();
  batch.track("k", kAt, {{"n", 1}});
  stats.reset();
  EXPECT_THROW(batch.commit(), ClosedError);
  EXPECT_EQ(batch.operations(), 1u);
}

TEST(StatsTest, MovesAndKeepsWorking) {
  Stats stats(drivers::process(), {.granularities = {"1h"}});
  stats.track("k", kAt, {{"n", 1}});
  Stats moved(std::move(stats));
  moved.track("k", kAt, {{"n", 1}});
  moved.flush();
  EXPECT_EQ(moved.values("k", kAt, kAt, "1h")[0].row["n"], Number(2));
}

TEST(StatsTest, ManyThreadsLoseNothing) {
  Stats stats(drivers::process(), {.granularities = {"1h"}});
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&stats] {
      auto batch = stats.batch();
      for (int i = 0; i < 250; ++i) {
        stats.track("k", kAt, {{"n", 1}});
        batch.track("k", kAt, {{"n", 1}});
        if (i % 50 == 0) stats.values("k", kAt, kAt, "1h");
      }
      batch.commit();
    });
  }
  threads.clear();
  stats.flush();
  EXPECT_EQ(stats.values("k", kAt, kAt, "1h")[0].row["n"], Number(2000));
  EXPECT_THAT(stats.keys(kAt, kAt, "1h"), ElementsAre(KeyCount{"k", 2000}));
}

}  // namespace
}  // namespace trifle::stats
