// Several threads track, flush and close at once: sums are exact, and nobody waits for a database that is away.

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "contract/temp_folder.hpp"
#include "unit/buffer/faulty_driver.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const Instant kAt = Instant::parse("2026-07-15T10:37:45Z");

bool full() { return std::getenv("TRIFLE_TEST_FULL") != nullptr; }

TEST(BufferThreadsTest, EightThreadsOnHotAndColdKeysWithEveryKindOfFlush) {
  const TempFolder folder;
  Stats stats(drivers::sqlite(folder.file("stats.db"), {.synchronous = drivers::SqliteOptions::Synchronous::Off}),
              {.granularities = {"1h", "1d"}, .buffer = {.duration = 5ms, .size = 64}});
  stats.setup();
  constexpr int kThreads = 8;
  const auto end = Clock::now() + (full() ? 60s : 1s);
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
  const std::size_t measurements = full() ? 10'000'000 : 300'000;
  constexpr std::size_t kKeys = 1000;
  const auto table = std::make_shared<detail::TableDriver>();
  auto faulty = std::make_unique<detail::FaultyDriver>(table);
  std::atomic<bool> away{true};
  faulty->plan = [&](const detail::Rows&) { return away ? detail::Fault::Before : detail::Fault::None; };
  constexpr std::size_t kMaxBytes = 8u << 20;
  Stats stats(Driver(std::move(faulty)),
              {.granularities = {"1m", "1h"},
               .buffer = {.duration = 10ms, .max_bytes = kMaxBytes, .on_full = OnFull::Block, .block_for = 20ms},
               .system_tracking = false});
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < kKeys; ++i) keys.push_back("event::number::" + std::to_string(i));
  std::atomic<std::int64_t> refused{0};
  std::atomic<std::int64_t> accepted{0};
  std::atomic<std::uint64_t> most_bytes{0};
  std::atomic<std::int64_t> longest_ns{0};
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 2; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < measurements; i += 2) {
          // Time goes on, so that ever more cells are held, until the buffer is full.
          const auto at = kAt + std::chrono::seconds(i / (measurements / 7200));
          const bool timed = i % 64 < 2;
          const auto start = timed ? Clock::now() : Clock::time_point();
          try {
            stats.track(keys[i % kKeys], at, {{"n", 1}, {"m", 2}});
            ++accepted;
          } catch (const TimeoutError&) {
            if (++refused > 200) away = false;  // enough of it
          }
          if (timed) {
            const auto took = (Clock::now() - start).count();
            if (took > longest_ns) longest_ns = took;
          }
          if (i % 4096 < 2) {
            const auto bytes = stats.health().queued_bytes;
            if (bytes > most_bytes) most_bytes = bytes;
          }
        }
      });
    }
  }
  away = false;
  for (int tries = 0;; ++tries) {
    try {
      stats.flush();
      break;
    } catch (const ConnectionError&) {
      ASSERT_LT(tries, 100);
    }
  }
  Number sum = 0;
  for (const auto& [key, row] : table->table)
    if (key.find("::1m::") != std::string::npos) sum += row.at("n");
  EXPECT_EQ(sum, Number(accepted.load()));
  EXPECT_EQ(static_cast<std::size_t>(accepted + refused), measurements);
  EXPECT_GT(refused, 0) << "the cap was met";
  EXPECT_LT(most_bytes, kMaxBytes + kMaxBytes / 4);
  EXPECT_LT(longest_ns, std::chrono::nanoseconds(2s).count()) << "20 ms were agreed; a busy machine adds its own";
}

}  // namespace
}  // namespace trifle::stats::test
