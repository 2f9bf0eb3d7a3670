// Several threads track, flush and close at once: sums are exact, and nobody waits for a database that is away.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <iostream>
#include <latch>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "all_rounds.hpp"
#include "contract/temp_folder.hpp"
#include "unit/buffer/faulty_driver.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const Instant kAt = Instant::parse("2026-07-15T10:37:45Z");

TEST(BufferThreadsTest, EightThreadsOnHotAndColdKeysWithEveryKindOfFlush) {
  const TempFolder folder;
  Stats stats(drivers::sqlite(folder.file("stats.db"), {.synchronous = drivers::SqliteOptions::Synchronous::Off}),
              {.granularities = {"1h", "1d"}, .buffer = {.duration = 5ms, .size = 64}});
  stats.setup();
  constexpr int kThreads = 8;
  const auto end = Clock::now() + (all_rounds() ? 60s : 1s);
  std::array<std::int64_t, kThreads> calls{};
  auto recorder = stats.recorder("recorded", {"n", "half"});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        const std::string own = "own" + std::to_string(t);
        for (; Clock::now() < end; ++calls[t]) {
          stats.track("hot", kAt, {{"n", 1}, {"half", 0.5}});
          stats.track(own, kAt + std::chrono::hours(calls[t] % 3), {{"n", 1}});
          stats.assert_values(own, kAt, {{"last", calls[t]}});
          recorder.track(kAt, {1, 0.5});
          if (calls[t] % 1000 == 999) stats.flush();
          if (calls[t] % 500 == 499) (void)stats.health();
          // A thread that ends leaves its shard to the next.
          if (calls[t] % 2000 == 1999) std::jthread([&] { stats.track("short", kAt, {{"n", 1}}); });
        }
      });
    }
  }
  stats.flush();
  std::int64_t all = 0;
  std::int64_t shorts = 0;
  for (int t = 0; t < kThreads; ++t) {
    all += calls[t];
    shorts += calls[t] / 2000;
    const std::string own = "own" + std::to_string(t);
    const Series series = stats.values(own, kAt, kAt + 2h, "1h");
    std::int64_t sum = 0;
    for (const auto& [at, row] : series) sum += row["n"].value_or(0).to_int64().value();
    EXPECT_EQ(sum, calls[t]);
    EXPECT_EQ(series[0].row["last"], Number(calls[t] - 1)) << "a thread's own order";
  }
  for (const char* key : {"hot", "recorded"}) {
    const Series series = stats.values(key, kAt, kAt, "1h");
    EXPECT_EQ(series[0].row["n"], Number(all));
    EXPECT_EQ(series[0].row["half"], Number(static_cast<double>(all) / 2));
  }
  EXPECT_EQ(stats.values("short", kAt, kAt, "1h").empty(), false);
  const Series ended = stats.values("short", kAt, kAt, "1h");
  EXPECT_EQ(ended[0].row["n"].value_or(0), Number(shorts));
  const auto health = stats.health();
  EXPECT_EQ(health.written_operations, static_cast<std::uint64_t>(4 * all + shorts));
  EXPECT_EQ(health.queued_operations, 0u);
}

TEST(BufferThreadsTest, ASlowWriteHoldsUpNobodyWhoTracks) {
  const auto table = std::make_shared<detail::TableDriver>();
  auto faulty = std::make_unique<detail::FaultyDriver>(table);
  std::mutex writing;
  std::atomic<bool> inside{false};
  faulty->plan = [&](const detail::Rows&) {
    inside = true;
    const std::lock_guard wait(writing);
    return detail::Fault::None;
  };
  Stats stats(Driver(std::move(faulty)), {.granularities = {"1h"}, .buffer = {.duration = 1ms, .size = 1}});
  {
    const std::lock_guard slow(writing);
    stats.track("k", kAt, {{"n", 1}});
    while (!inside) std::this_thread::yield();
    // As long as this lock is held the write doesn't end; every call here returns all the same.
    for (int i = 0; i < 10'000; ++i) stats.track("k", kAt, {{"n", 1}});
    std::jthread([&] { stats.track("k", kAt, {{"n", 1}}); });
    EXPECT_EQ(stats.health().queued_operations, 10'002u);
  }
  stats.flush();
  EXPECT_EQ(table->table["k::1h::1784109600"]["n"], Number(10'002));
}

/// A database whose writes take until they are let go.
class StuckTest : public testing::Test {
 protected:
  StuckTest() {
    auto faulty = std::make_unique<detail::FaultyDriver>(table);
    faulty->plan = [this](const detail::Rows&) {
      const std::lock_guard wait(stuck);
      return detail::Fault::None;
    };
    stats = std::make_unique<Stats>(
        Driver(std::move(faulty)),
        Options{.granularities = {"1h"}, .buffer = {.duration = 1h}, .on_drop = [this](const Dropped&) { ++dropped; }});
  }
  Number stored() { return table->table["k::1h::1784109600"]["n"]; }

  const std::shared_ptr<detail::TableDriver> table = std::make_shared<detail::TableDriver>();
  std::mutex stuck;
  std::atomic<int> dropped{0};
  std::unique_ptr<Stats> stats;
};

TEST_F(StuckTest, AFlushWaitsNoLongerThanItAgreedAndLosesNothing) {
  {
    const std::lock_guard slow(stuck);
    stats->track("k", kAt, {{"n", 1}});
    // The second finds the first's batch under way.
    for (const auto deadline : {5ms, 0ms}) {
      try {
        stats->flush(deadline);
        FAIL() << "the write can't end before the lock is given back";
      } catch (const TimeoutError& error) {
        EXPECT_EQ(error.operation(), "flush");
        EXPECT_EQ(error.outcome(), Outcome::Unknown);
        EXPECT_TRUE(error.retry_is_safe());
      }
      stats->track("k", kAt, {{"n", 1}});
    }
    EXPECT_EQ(stats->health().queued_operations, 3u);
  }
  stats->flush();
  EXPECT_EQ(stored(), Number(3));
  EXPECT_NO_THROW(stats->flush(0ms)) << "there is nothing to wait for";
}

TEST_F(StuckTest, CloseReturnsAtItsDeadlineAndWhatWasUnderWayIsNeitherLostNorHandedOver) {
  {
    const std::lock_guard slow(stuck);
    stats->track("k", kAt, {{"n", 1}});
    const auto report = stats->close(5ms);
    EXPECT_EQ(report.written, 0u);
    EXPECT_EQ(report.kept, 1u);
    EXPECT_THROW(stats->flush(), ClosedError);
  }
  EXPECT_EQ(stats->close().kept, 0u);
  stats.reset();
  EXPECT_EQ(stored(), Number(1));
  EXPECT_EQ(dropped, 0);
}

TEST_F(StuckTest, AFlushIsToldThatTheStatsWasClosedMeanwhile) {
  std::jthread flushing;
  std::atomic<bool> told{false};
  {
    const std::lock_guard slow(stuck);
    stats->track("k", kAt, {{"n", 1}});
    flushing = std::jthread([&] {
      try {
        stats->flush(1h);
        told = true;  // the write was under way already, and ended well
      } catch (const ClosedError&) {
        told = true;
      }
    });
    stats->close(5ms);
  }
  flushing.join();
  EXPECT_TRUE(told);
}

TEST(BufferThreadsTest, ClosingWhileOthersTrackLosesNothingThatWasAccepted) {
  for (int round = 0; round < 20; ++round) {
    const auto table = std::make_shared<detail::TableDriver>();
    std::atomic<std::int64_t> accepted{0};
    {
      Stats stats(Driver(std::make_unique<detail::FaultyDriver>(table)),
                  {.granularities = {"1h"}, .buffer = {.duration = 1ms, .size = 16}, .system_tracking = false});
      std::vector<std::jthread> threads;
      std::atomic<int> running{0};
      for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
          ++running;
          try {
            for (;;) {
              stats.track("k", kAt, {{"n", 1}});
              ++accepted;
            }
          } catch (const ClosedError&) {
          }
        });
      }
      while (running < 4) std::this_thread::yield();
      while (accepted < 100) std::this_thread::yield();
      EXPECT_EQ(stats.close().kept, 0u);
    }
    EXPECT_EQ(table->table["k::1h::1784109600"]["n"], Number(accepted.load()));
  }
}

TEST(BufferThreadsTest, TheDatabaseIsAwayWhileMillionsArrive) {
  // Nearly all of them find their cell; the last ones bring a new one each, until the buffer is full and stays so.
  const std::size_t measurements = all_rounds() ? 10'000'000 : 300'000;
  constexpr std::size_t kNewCells = 11'000;
  constexpr std::size_t kKeys = 1000;
  constexpr std::size_t kMaxBytes = 3u << 20;
  constexpr auto kAgreed = 1ms;
  const auto table = std::make_shared<detail::TableDriver>();
  auto faulty = std::make_unique<detail::FaultyDriver>(table);
  std::atomic<bool> away{true};
  faulty->plan = [&](const detail::Rows&) { return away ? detail::Fault::Before : detail::Fault::None; };
  Stats stats(Driver(std::move(faulty)),
              {.granularities = {"1m", "1h"},
               .buffer = {.duration = 10ms, .max_bytes = kMaxBytes, .on_full = OnFull::Block, .block_for = kAgreed},
               .system_tracking = false});
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < kKeys; ++i) keys.push_back("event::number::" + std::to_string(i));
  const auto calm = measurements - kNewCells;
  const auto at = [&](std::size_t i) { return kAt + std::chrono::minutes(i < calm ? i * 2 / calm : i - calm + 2); };

  std::array<std::int64_t, 2> accepted{};
  std::array<std::int64_t, 2> refused{};
  std::array<std::vector<std::int64_t>, 2> refused_after;
  std::atomic<std::uint64_t> most_bytes{0};
  std::latch both_calm(2);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 2; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < measurements; i += 2) {
          if (i >= calm && i < calm + 2) both_calm.arrive_and_wait();
          const auto start = Clock::now();
          try {
            stats.track(keys[i % kKeys], at(i), {{"n", 1}, {"m", 2}});
            ++accepted[t];
          } catch (const TimeoutError&) {
            ++refused[t];
            refused_after[t].push_back((Clock::now() - start).count());
          }
          if (i % 1024 == t) {
            const auto bytes = stats.health().queued_bytes;
            if (bytes > most_bytes) most_bytes = bytes;
          }
        }
      });
    }
  }
  const auto health = stats.health();
  EXPECT_EQ(health.written_operations, 0u) << "away from the first to the last";
  EXPECT_EQ(health.queued_operations, static_cast<std::uint64_t>(accepted[0] + accepted[1]));
  EXPECT_GT(health.last_error.size(), 0u);
  EXPECT_GE(static_cast<std::size_t>(accepted[0] + accepted[1]), calm);
  EXPECT_GT(refused[0] + refused[1], 100) << "the cap was met";
  EXPECT_LT(most_bytes, kMaxBytes + kMaxBytes / 4);
  std::vector<std::int64_t> waits;
  for (const auto& each : refused_after) waits.insert(waits.end(), each.begin(), each.end());
  std::sort(waits.begin(), waits.end());
  EXPECT_GE(waits.front(), std::chrono::nanoseconds(kAgreed).count());
  EXPECT_LT(waits[waits.size() / 2], std::chrono::nanoseconds(20 * kAgreed).count()) << "the middle of all";
  EXPECT_LT(waits.back(), std::chrono::nanoseconds(2s).count()) << "a busy machine adds its own";
  std::cout << accepted[0] + accepted[1] << " accepted, " << waits.size() << " refused after "
            << waits[waits.size() / 2] / 1000 << " us, at most " << waits.back() / 1000 << " us; at most " << most_bytes
            << " bytes held" << std::endl;

  away = false;
  stats.flush();
  Number sum = 0;
  for (const auto& [key, row] : table->table) {
    if (key.find("::1m::") == std::string::npos) continue;
    sum += row.at("n");
    ASSERT_EQ(row.at("m"), row.at("n") + row.at("n"));
  }
  EXPECT_EQ(sum, Number(accepted[0] + accepted[1]));
  EXPECT_EQ(static_cast<std::size_t>(accepted[0] + accepted[1] + refused[0] + refused[1]), measurements);
}

}  // namespace
}  // namespace trifle::stats::test
