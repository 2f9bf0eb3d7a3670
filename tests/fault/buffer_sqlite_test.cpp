// A Stats on a SQLite file that is killed, full, locked, without its table, or refuses a row.

#include <chrono>
#include <mutex>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "all_rounds.hpp"
#include "contract/child.hpp"
#include "contract/sqlite_file.hpp"
#include "contract/temp_folder.hpp"
#include "seed.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const Instant kAt = Instant::parse("2026-07-15T10:37:45Z");

class BufferSqliteTest : public testing::Test {
 protected:
  Stats open(Options options = {}, drivers::SqliteOptions file = {}) {
    options.granularities = {"1h", "1d"};
    file.synchronous = drivers::SqliteOptions::Synchronous::Off;
    file.busy_timeout = 20ms;
    options.on_error = [this](const Error& error) {
      const std::lock_guard lock(mutex);
      errors.emplace_back(error.what());
    };
    options.on_drop = [this](const Dropped& given) {
      const std::lock_guard lock(mutex);
      dropped.push_back(given);
    };
    return Stats(drivers::sqlite(path, file), std::move(options));
  }

  Number stored(std::string_view key = "k", std::string_view name = "n") {
    Stats reader(drivers::sqlite(path), {.granularities = {"1h"}, .buffer = {.enabled = false}});
    const Series series = reader.values(key, kAt, kAt, "1h");
    return series[0].row[name].value_or(0);
  }

  TempFolder folder;
  const std::string path = folder.file("stats.db");
  std::mutex mutex;
  std::vector<std::string> errors;
  std::vector<Dropped> dropped;
};

TEST_F(BufferSqliteTest, KilledAtAnyMomentNothingAcknowledgedIsMissingAndNothingDoubled) {
  const int rounds = all_rounds() ? 200 : 15;
  const auto seed = seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  open().setup();
  std::int64_t before = 0;
  for (int round = 0; round < rounds; ++round) {
    constexpr int kCalls = 7;
    Pipe flushed;
    Child child([&] {
      Stats stats(drivers::sqlite(path, {.wal_autocheckpoint = 20, .ledger = round % 2 == 1}),
                  {.granularities = {"1h", "1d"}, .buffer = {.duration = 1ms, .size = 3}});
      stats.setup();
      for (;;) {
        for (int i = 0; i < kCalls; ++i) stats.track("k", kAt, {{"n", 1}, {"m", {{"x", 0.25}}}});
        stats.flush();
        flushed.put();
      }
      return true;
    });
    flushed.close_writing();
    std::int64_t acknowledged = 0;
    const auto enough = static_cast<std::int64_t>(1 + random() % 25);
    while (acknowledged < enough && flushed.wait()) ++acknowledged;
    for (auto spin = random() % 300'000; spin > 0; --spin) asm volatile("");
    child.kill();
    acknowledged += static_cast<std::int64_t>(flushed.drain());

    const auto count = stored().to_int64().value();
    ASSERT_GE(count - before, acknowledged * kCalls) << "round " << round;
    ASSERT_LE(count - before, (acknowledged + 1) * kCalls) << "round " << round;
    ASSERT_EQ(stored("k", "m.x"), Number(static_cast<double>(count) / 4)) << "round " << round;
    before = count;
  }
}

TEST_F(BufferSqliteTest, LockedByAnotherProcessForLongerThanTheTimeout) {
  open().setup();
  Pipe locked;
  Pipe release;
  Child other([&] {
    release.close_writing();
    SqliteFile file(path);
    file.run("BEGIN IMMEDIATE");
    locked.put();
    release.wait();
    file.run("ROLLBACK");
    return true;
  });
  locked.close_writing();
  ASSERT_TRUE(locked.wait());
  auto stats = open({.buffer = {.duration = 1ms}});
  stats.track("k", kAt, {{"n", 1}});
  try {
    stats.flush();
    FAIL() << "it is locked";
  } catch (const TimeoutError& error) {
    EXPECT_EQ(error.outcome(), Outcome::NotApplied);
  }
  stats.track("k", kAt, {{"n", 2}});
  EXPECT_EQ(stats.health().queued_operations, 2u);
  release.close_writing();
  EXPECT_TRUE(other.succeeded());
  while (stats.health().queued_operations > 0) std::this_thread::yield();  // by itself
  EXPECT_EQ(stored(), Number(3));
  EXPECT_GT(stats.health().retried_batches, 0u);
  EXPECT_TRUE(dropped.empty());
}

TEST_F(BufferSqliteTest, ATableThatIsDroppedAndCreatedAgain) {
  auto stats = open();
  stats.track("k", kAt, {{"n", 1}});
  EXPECT_THROW(stats.flush(), StorageError) << "there is none yet";
  stats.setup();
  stats.flush();
  EXPECT_EQ(stored(), Number(1));
  SqliteFile other(path);
  other.run("DROP TABLE trifle_stats");
  stats.track("k", kAt, {{"n", 2}});
  EXPECT_THROW(stats.flush(), StorageError);
  stats.track("k", kAt, {{"n", 4}});
  EXPECT_THROW(stats.flush(), StorageError);
  EXPECT_THAT(stats.health().last_error, HasSubstr("trifle_stats"));
  stats.setup();
  while (stats.health().queued_operations > 0) std::this_thread::yield();  // by itself
  EXPECT_EQ(stored(), Number(6)) << "what was in the old table is gone, what was queued isn't";
  EXPECT_TRUE(dropped.empty());
}

TEST_F(BufferSqliteTest, AFullDisk) {
  SqliteFile lent(path);
  Stats stats(drivers::sqlite(lent.get()), {.granularities = {"1h"}});
  stats.setup();
  lent.run("PRAGMA max_page_count=" + lent.one("PRAGMA page_count"));
  for (int i = 0; i < 2000; ++i) stats.track("k" + std::to_string(i % 200), kAt, {{"n" + std::to_string(i), 1}});
  try {
    stats.flush();
    FAIL() << "it is full";
  } catch (const StorageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("full"));
    EXPECT_TRUE(error.retry_is_safe());
  }
  EXPECT_EQ(stats.health().queued_operations, 2000u);
  lent.run("PRAGMA max_page_count=1000000");
  stats.flush();
  for (int i = 0; i < 2000; i += 97)
    EXPECT_EQ(stored("k" + std::to_string(i % 200), "n" + std::to_string(i)), Number(1));
  EXPECT_EQ(stats.health().queued_operations, 0u);
}

TEST_F(BufferSqliteTest, ABrokenRowAndOneThatATriggerRefuses) {
  auto stats = open();
  stats.setup();
  SqliteFile other(path);
  other.run("INSERT INTO trifle_stats VALUES ('broken::1h::1784109600', 'not json')");
  other.run(
      "CREATE TRIGGER guard BEFORE INSERT ON trifle_stats WHEN new.key LIKE 'refused::1d::%' "
      "BEGIN SELECT RAISE(ABORT, 'no'); END");
  for (int i = 0; i < 20; ++i) stats.track("k" + std::to_string(i), kAt, {{"n", 1}});
  stats.track("broken", kAt, {{"n", 1}});
  stats.track("refused", kAt, {{"n", 5}});
  EXPECT_THROW(stats.flush(), Error);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(stored("k" + std::to_string(i)), Number(1));
  EXPECT_EQ(stored("refused"), Number(5)) << "its hour isn't refused";
  ASSERT_EQ(dropped.size(), 2u);
  EXPECT_EQ(dropped[0].rows[0].key, "broken");
  EXPECT_EQ(dropped[0].rows[0].granularity, "1h");
  EXPECT_EQ(dropped[1].rows[0].key, "refused");
  EXPECT_EQ(dropped[1].rows[0].granularity, "1d");
  EXPECT_EQ(dropped[1].rows[0].increments[0].number, Number(5));
  EXPECT_EQ(stats.health().dropped_refused, 2u);
  EXPECT_EQ(stats.health().queued_operations, 0u);
}

TEST_F(BufferSqliteTest, WhatCannotBeWrittenAtTheEndIsHandedOver) {
  {
    auto stats = open({.buffer = {.duration = 1h}});
    stats.track("k", kAt, {{"n", 1}});
    const auto report = stats.close(0ms);
    EXPECT_EQ(report.kept, 1u);
    EXPECT_THROW(stats.track("k", kAt, {{"n", 1}}), ClosedError);
    EXPECT_THROW(stats.values("k", kAt, kAt, "1h"), ClosedError);
    EXPECT_TRUE(dropped.empty());
    open().setup();
    EXPECT_EQ(stats.close().written, 1u);
  }
  EXPECT_EQ(stored(), Number(1));
  SqliteFile(path).run("DROP TABLE trifle_stats");
  {
    auto stats = open({.buffer = {.duration = 1h}});
    stats.track("k", kAt, {{"n", 3}});
    stats.close(0ms);
  }
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].reason, DropReason::Unwritten);
  EXPECT_EQ(dropped[0].rows[0].increments[0].number, Number(3));
}

TEST_F(BufferSqliteTest, AProgramThatNeverRanSetupIsNotHeldUpAtItsEnd) {
  const auto start = std::chrono::steady_clock::now();
  {
    auto stats = open({.buffer = {.duration = 1h}});
    stats.track("k", kAt, {{"n", 3}});
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2500ms) << "waiting creates no table";
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors[0], HasSubstr("run setup"));
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].reason, DropReason::Unwritten);
  EXPECT_EQ(dropped[0].rows[0].increments[0].number, Number(3));
}

TEST_F(BufferSqliteTest, ALockAtTheEndIsWaitedFor) {
  open().setup();
  SqliteFile other(path);
  other.run("BEGIN IMMEDIATE");
  std::jthread unlock;
  {
    auto stats = open({.buffer = {.duration = 1h}});
    stats.track("k", kAt, {{"n", 3}});
    unlock = std::jthread([&] {
      for (;;) {
        {
          const std::lock_guard lock(mutex);
          if (!errors.empty()) break;
        }
        std::this_thread::yield();
      }
      other.run("ROLLBACK");
    });
  }
  unlock.join();
  EXPECT_EQ(stored(), Number(3));
  EXPECT_TRUE(dropped.empty());
}

}  // namespace
}  // namespace trifle::stats::test
