// What the drivers of SQL servers say of locks and of a table that is gone, and what becomes of it in the buffer.

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include <trifle/stats.hpp>

#include "fault/server_fault_test.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;

/// A Stats with a buffer, which has written n = 1 already.
struct Buffered {
  explicit Buffered(Driver driver)
      : stats(std::move(driver), {.granularities = {"1h", "1d"},
                                  .buffer = {.duration = 1h},
                                  .on_drop = [this](const Dropped&) { ++dropped; }}) {
    track(1);
    stats.flush();
  }
  void track(int n) { stats.track("k", Instant::from_unix(kTen), {{"n", n}}); }
  void expect_written_by_itself() {
    while (stats.health().queued_operations > 0) std::this_thread::yield();
    EXPECT_GT(stats.health().retried_batches, 0u);
    EXPECT_EQ(stats.health().unknown_operations, 0u);
    EXPECT_EQ(dropped, 0);
  }

  std::atomic<int> dropped{0};
  trifle::Stats stats;
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SqlFaultTest);

TEST_P(SqlFaultTest, ALockHeldForLongerThanTheTimeoutIsATimeout) {
  const auto driver = through({.reply = 1s});
  write_one(*driver);
  const auto other = GetParam().sql(direct_url);
  other("BEGIN");
  other("SELECT * FROM trifle_stats FOR UPDATE");
  try {
    write(*driver, {{.key = "k", .increments = {{"n", 1}}}});
    FAIL() << "it is locked";
  } catch (const TimeoutError& error) {
    EXPECT_EQ(error.outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error.retry_is_safe());
  }
  // Reading doesn't wait for it.
  EXPECT_EQ(read_one(*driver, "k").at("n"), Number(1));
  other("ROLLBACK");
  EXPECT_EQ(write_one(*driver), Outcome::Applied);
}

TEST_P(SqlFaultTest, ATableThatIsDroppedIsMissingAndAMadeOneIsFound) {
  const auto driver = through();
  write_one(*driver);
  GetParam().sql(direct_url)("DROP TABLE trifle_stats");
  for (int i = 0; i < 2; ++i) {
    try {
      write(*driver, {{.increments = {{"n", 1}}}});
      FAIL() << "there is none";
    } catch (const StorageError& error) {
      EXPECT_EQ(error.outcome(), Outcome::NotApplied);
      EXPECT_TRUE(error.retry_is_safe());
      EXPECT_THAT(error.what(), testing::HasSubstr("setup"));
    }
  }
  EXPECT_THROW(read_one(*driver), StorageError);
  driver->setup(Setup::Create);
  write(*driver, {{.key = "k", .increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver, "k").at("n"), Number(1));
}

TEST_P(SqlFaultTest, ThroughTheBufferALockIsOutlasted) {
  Buffered buffered(by_default().make(direct_url, folder, {.reply = 1s}));
  const auto other = GetParam().sql(direct_url);
  other("BEGIN");
  other("SELECT * FROM trifle_stats FOR UPDATE");
  buffered.track(2);
  try {
    buffered.stats.flush();
    FAIL() << "it is locked";
  } catch (const TimeoutError& error) {
    EXPECT_EQ(error.outcome(), Outcome::NotApplied);
  }
  buffered.track(4);
  EXPECT_EQ(buffered.stats.health().queued_operations, 2u);
  other("ROLLBACK");
  buffered.expect_written_by_itself();
  EXPECT_EQ(stored(), 7);
}

TEST_P(SqlFaultTest, ThroughTheBufferATableThatIsDroppedAndMadeAgainTakesWhatWasQueued) {
  Buffered buffered(by_default().make(direct_url, folder, {}));
  GetParam().sql(direct_url)("DROP TABLE trifle_stats");
  for (const int n : {2, 4}) {
    buffered.track(n);
    try {
      buffered.stats.flush();
      FAIL() << "there is none";
    } catch (const StorageError& error) {
      EXPECT_EQ(error.outcome(), Outcome::NotApplied);
      EXPECT_THAT(error.what(), testing::HasSubstr("setup"));
    }
  }
  EXPECT_EQ(buffered.stats.health().queued_operations, 2u);
  EXPECT_FALSE(buffered.stats.health().last_error.empty());
  buffered.stats.setup();
  buffered.expect_written_by_itself();
  EXPECT_EQ(stored(), 6) << "what was in the old table is gone, what was queued isn't";
}

}  // namespace
}  // namespace trifle::stats::test
