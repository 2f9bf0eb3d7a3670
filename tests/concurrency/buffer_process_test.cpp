// What the process does around a Stats: it forks, it exits, its callbacks throw.

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "contract/child.hpp"
#include "contract/temp_folder.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;

const Instant kAt = Instant::parse("2026-07-15T10:37:45Z");

class BufferProcessTest : public testing::Test {
 protected:
  Driver driver() const { return drivers::sqlite(path, {.synchronous = drivers::SqliteOptions::Synchronous::Off}); }
  Number stored(const std::string& name = "n") const {
    Stats reader(driver(), {.granularities = {"1h"}, .buffer = {.enabled = false}});
    const Series series = reader.values("k", kAt, kAt, "1h");
    return series[0].row[name].value_or(0);
  }

  TempFolder folder;
  const std::string path = folder.file("stats.db");
};

// The thread sanitizer can't follow threads that a child of many threads makes; the other builds run this.
#if !defined(__SANITIZE_THREAD__)
TEST_F(BufferProcessTest, AChildDropsWhatItInheritedAndGoesOnByItself) {
  {
    Stats stats(driver(), {.granularities = {"1h"}, .buffer = {.duration = 1h}});
    stats.setup();
    stats.track("k", kAt, {{"n", 1}});
    (void)stats.values("k", kAt, kAt, "1h");
    auto recorder = stats.recorder("k", {"child"});
    recorder.track(kAt, {100});
    // Threads that are in the middle of everything when it forks. None under the address sanitizer: its allocator's
    // locks are not made for that, and the child would wait for one that nobody holds any more.
#if defined(__SANITIZE_ADDRESS__)
    constexpr int kBusy = 0;
#else
    constexpr int kBusy = 3;
#endif
    std::atomic<bool> stop{false};
    std::vector<std::jthread> busy;
    for (int t = 0; t < kBusy; ++t) {
      busy.emplace_back([&] {
        while (!stop) {
          stats.track("other", kAt, {{"n", 1}});
          stats.flush();
          (void)stats.health();
        }
      });
    }
    for (int round = 0; round < 20; ++round) {
      Child child([&] {
        recorder.track(kAt, {1});
        stats.track("k", kAt, {{"child", 1}});
        (void)stats.values("k", kAt, kAt, "1h");
        stats.flush();
        const auto health = stats.health();
        const auto report = stats.close();
        const bool fine = health.written_operations == 2 && report.kept == 0;
        if (!fine) std::cerr << "child: " << health.written_operations << " written, " << report.kept << " kept\n";
        return fine;
      });
      EXPECT_TRUE(child.succeeded()) << round;
    }
    stop = true;
    busy.clear();
    stats.flush();
  }
  EXPECT_EQ(stored(), Number(1)) << "no child wrote what its parent had";
  EXPECT_EQ(stored("child"), Number(140));
}
#endif

TEST_F(BufferProcessTest, AChildThatDoesNothingWritesNothingAtItsEnd) {
  auto stats = std::make_unique<Stats>(driver(), Options{.granularities = {"1h"}, .buffer = {.duration = 1h}});
  stats->setup();
  stats->track("k", kAt, {{"n", 1}});
  Child child([&] {
    stats.reset();
    return true;
  });
  EXPECT_TRUE(child.succeeded());
  EXPECT_EQ(stored(), Number(0));
  stats.reset();
  EXPECT_EQ(stored(), Number(1));
}

TEST_F(BufferProcessTest, WhatIsInMemoryCannotBeSharedWithAChild) {
  Stats stats(drivers::sqlite(":memory:"), {.granularities = {"1h"}});
  stats.setup();
  stats.track("k", kAt, {{"n", 1}});
  Child child([&] {
    try {
      stats.track("k", kAt, {{"n", 1}});
    } catch (const ConnectionError&) {
      return true;
    }
    return false;
  });
  EXPECT_TRUE(child.succeeded());
}

Stats& with_static_lifetime(const std::string& path) {
  static Stats stats(drivers::sqlite(path), {.granularities = {"1h"}, .buffer = {.duration = 1h}});
  return stats;
}

TEST_F(BufferProcessTest, AStaticStatsWritesAtExitWhicheverThreadExits) {
  for (const bool other_thread : {false, true}) {
    const auto pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      auto& stats = with_static_lifetime(path);
      stats.setup();
      std::atomic<bool> tracked{false};
      std::thread([&] {
        for (int i = 0; i < 1000; ++i) stats.track("other", kAt, {{"n", 1}});
        tracked = true;
        for (;;) std::this_thread::sleep_for(1h);  // the process ends around it
      }).detach();
      while (!tracked) std::this_thread::yield();
      stats.track("k", kAt, {{"n", 1}});
      if (other_thread) {
        std::thread([] { std::exit(0); }).join();
      } else {
        std::exit(0);
      }
    }
    int status = -1;
    ::waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_EQ(stored(), Number(other_thread ? 2 : 1));
  }
}

TEST_F(BufferProcessTest, CallbacksThatThrowOrCallBack) {
  std::atomic<int> errors{0};
  std::unique_ptr<Stats> stats;
  stats = std::make_unique<Stats>(
      driver(), Options{.granularities = {"1h"}, .buffer = {.duration = 1ms}, .on_error = [&](const Error&) {
                          if (errors++ == 0) stats->track("k", kAt, {{"from the callback", 1}});
                          if (errors == 2) stats->setup();
                          throw std::runtime_error("nobody's business");
                        }});
  stats->track("k", kAt, {{"n", 1}});  // there is no table yet
  while (stats->health().written_operations < 2) std::this_thread::yield();
  EXPECT_EQ(stored(), Number(1));
  EXPECT_EQ(stored("from the callback"), Number(1));
}

TEST_F(BufferProcessTest, ClosedFromItsOwnCallback) {
  std::atomic<bool> closed{false};
  Stats* self = nullptr;
  Stats stats(driver(), {.granularities = {"1h"}, .buffer = {.duration = 1ms}, .on_error = [&](const Error&) {
                           EXPECT_EQ(self->close(0ms).kept, 1u);
                           closed = true;
                         }});
  self = &stats;
  stats.track("k", kAt, {{"n", 1}});
  while (!closed) std::this_thread::yield();
  EXPECT_THROW(stats.track("k", kAt, {{"n", 1}}), ClosedError);
  Stats(driver()).setup();
  EXPECT_EQ(stats.close().written, 1u);
}

}  // namespace
}  // namespace trifle::stats::test
