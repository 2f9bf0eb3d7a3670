#include <new>
#include <stdexcept>

#include "queue_fixture.hpp"

namespace trifle::stats::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(QueueTest, SendsEachInItsOrderAsSoonAsItCan) {
  open({.duration = 1h, .size = 1000});
  EXPECT_EQ(queue_->tick(), std::nullopt) << "nothing waits: it may sleep for good";
  for (const auto* key : {"a", "b", "a"}) track(key);
  EXPECT_EQ(health().queued_operations, 3u);
  EXPECT_EQ(health().queued_entries, 3u) << "nothing is merged";
  EXPECT_GT(health().queued_bytes, 3 * sizeof(Measurement));
  now += 10ms;
  EXPECT_EQ(health().oldest_unwritten, 10ms);
  EXPECT_EQ(queue_->tick(), std::nullopt);
  EXPECT_THAT(server->keys(), ElementsAre("a", "b", "a"));
  EXPECT_EQ(health().queued_operations, 0u);
  EXPECT_EQ(health().queued_bytes, 0u);
  EXPECT_EQ(health().written_operations, 3u);
  EXPECT_EQ(health().written_batches, 3u);
  EXPECT_EQ(health().flushes, 3u);
}

TEST_F(QueueTest, WhatWasNotAppliedGoesAgainFirstAndWithGrowingPauses) {
  open();
  server->plan = [](const Measurement&) { fail(Outcome::NotApplied, true); };
  track("a");
  EXPECT_EQ(due_in_ms(), 100u);
  EXPECT_THAT(errors, ElementsAre(HasSubstr("the server is away")));
  track("b");
  EXPECT_EQ(due_in_ms(), 100u) << "newcomers don't hurry a server that is away";
  EXPECT_EQ(server->attempts, 1);
  for (const std::size_t pause : {200, 400, 800}) {
    now += 60s;
    EXPECT_EQ(due_in_ms(), pause);
  }
  EXPECT_EQ(health().retried_batches, 3u);
  server->plan = {};
  now += 60s;
  EXPECT_EQ(queue_->tick(), std::nullopt);
  EXPECT_THAT(server->keys(), ElementsAre("a", "b"));
  EXPECT_THAT(dropped, IsEmpty());
}

TEST_F(QueueTest, NothingIsSentBeforeTheServerSaidThatItMay) {
  open();
  server->plan = [](const Measurement&) { fail(Outcome::NotApplied, true, 30s, ErrorCode::Timeout); };
  track("a");
  EXPECT_EQ(due_in_ms(), 30'000u);
  server->plan = {};
  now += 29s;
  EXPECT_EQ(due_in_ms(), 1'000u);
  try {
    queue_->flush(1min);
    FAIL() << "a flush doesn't hurry it either";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the server asked not to be called for another 1 s"));
    EXPECT_TRUE(error.retry_is_safe());
    EXPECT_EQ(error.retry_after(), 1s);
  }
  EXPECT_EQ(server->attempts, 1);
  now += 1s;
  queue_->flush(1min);
  EXPECT_THAT(server->keys(), ElementsAre("a"));
}

TEST_F(QueueTest, AFlushIsAnAttemptWhateverThePause) {
  open();
  server->plan = [](const Measurement&) { fail(Outcome::NotApplied, true); };
  track("a");
  queue_->tick();
  EXPECT_THROW(queue_->flush(1min), ConnectionError);
  EXPECT_EQ(server->attempts, 2);
  EXPECT_EQ(errors.size(), 1u) << "what its caller is thrown is told nobody else";
  server->plan = {};
  queue_->flush(1min);
  EXPECT_EQ(server->stored.size(), 1u);
}

TEST_F(QueueTest, WhatIsRefusedForGoodIsTakenOutAndTheRestGoesOn) {
  open();
  server->plan = [](const Measurement& measurement) {
    if (measurement.key == "bad") fail(Outcome::NotApplied, false, 0s, ErrorCode::Storage);
  };
  for (const auto* key : {"a", "bad", "b", "bad", "c"}) track(key, 7);
  EXPECT_EQ(queue_->tick(), std::nullopt);
  EXPECT_THAT(server->keys(), ElementsAre("a", "b", "c"));
  ASSERT_EQ(dropped.size(), 2u);
  EXPECT_EQ(dropped[0].reason, DropReason::Refused);
  EXPECT_THAT(dropped[0].error, HasSubstr("the server says no"));
  EXPECT_EQ(dropped[0].operations, 1u);
  ASSERT_EQ(dropped[0].rows.size(), 1u);
  EXPECT_EQ(dropped[0].rows[0].key, "bad");
  EXPECT_EQ(dropped[0].rows[0].granularity, "");
  EXPECT_EQ(dropped[0].rows[0].at, Instant::from_unix(1'784'111'865));
  ASSERT_EQ(dropped[0].rows[0].increments.size(), 1u);
  EXPECT_EQ(dropped[0].rows[0].increments[0].number, Number(7));
  EXPECT_EQ(health().dropped_refused, 2u);
  expect_nothing_lost();

  track("bad");
  EXPECT_THROW(queue_->flush(1min), StorageError) << "who flushes hears of it";
  queue_->flush(1min);
}

TEST_F(QueueTest, AnUnknownOutcomeIsNeverSentAgainUnasked) {
  open();
  bool once = true;
  server->plan = [&](const Measurement&) {
    if (std::exchange(once, false)) fail(Outcome::Unknown, false);
  };
  track("a");
  track("b");
  EXPECT_EQ(due_in_ms(), 100u);
  now += 1s;
  EXPECT_EQ(queue_->tick(), std::nullopt);
  EXPECT_THAT(server->keys(), ElementsAre("b"));
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].reason, DropReason::Unknown);
  EXPECT_EQ(dropped[0].rows[0].key, "a");
  EXPECT_EQ(health().unknown_operations, 1u);
  expect_nothing_lost();
}

TEST_F(QueueTest, UnknownOnesAreCountedAndForgottenWhereThatIsWanted) {
  open({.on_unknown = OnUnknown::Drop});
  server->plan = [&](const Measurement&) { fail(Outcome::Unknown, false); };
  track("a");
  queue_->tick();
  EXPECT_THAT(dropped, IsEmpty());
  EXPECT_EQ(health().unknown_operations, 1u);
  EXPECT_EQ(health().queued_operations, 0u);
}

TEST_F(QueueTest, UnknownOnesAreSentAgainWhereThatIsWanted) {
  open({.on_unknown = OnUnknown::Retry});
  server->plan = [&](const Measurement&) { fail(Outcome::Unknown, false); };
  track("a");
  for (int i = 0; i < 3; ++i) {
    now += 1h;
    queue_->tick();
  }
  EXPECT_EQ(health().unknown_operations, 1u) << "one operation, however often";
  EXPECT_EQ(health().queued_operations, 1u);
  server->plan = {};
  now += 1h;
  queue_->tick();
  EXPECT_THAT(server->keys(), ElementsAre("a"));
}

TEST_F(QueueTest, IsFullByMeasurementsAndByBytes) {
  open({.max_entries = 2, .on_full = OnFull::Refuse});
  track("a");
  track("b");
  EXPECT_THROW(track("c"), StorageError);
  queue_->tick();
  track("c");
  open({.max_bytes = 64u << 10, .on_full = OnFull::Refuse});
  const std::string key(200, 'k');
  std::size_t count = 0;
  EXPECT_THROW(for (; count < 100'000; ++count) track(key), StorageError);
  EXPECT_GT(count, 60u);
  EXPECT_LT(count, 400u);
  EXPECT_LT(health().queued_bytes, 66u << 10);
}

TEST_F(QueueTest, AFullQueueDropsTheNewcomerWhereThatIsWanted) {
  open({.max_entries = 1, .on_full = OnFull::Drop});
  track("a");
  track("b", 5);
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].reason, DropReason::Full);
  EXPECT_EQ(dropped[0].rows[0].key, "b");
  EXPECT_EQ(dropped[0].rows[0].increments[0].number, Number(5));
  EXPECT_EQ(health().dropped_full, 1u);
  queue_->tick();
  expect_nothing_lost();
}

TEST_F(QueueTest, AFullQueueBlocksUntilItsDeadline) {
  open({.max_entries = 1, .block_for = 0s});
  track("a");
  EXPECT_THROW(track("b"), TimeoutError);
}

TEST_F(QueueTest, WithoutAThreadTheCallerSends) {
  open({.async = false});
  track("a");
  EXPECT_THAT(server->keys(), ElementsAre("a"));
  server->plan = [](const Measurement&) { fail(Outcome::NotApplied, true); };
  track("b");
  track("c");
  EXPECT_EQ(errors.size(), 1u) << "no call tries again while it should wait";
  server->plan = {};
  now += 1h;
  track("d");
  EXPECT_THAT(server->keys(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(QueueTest, CloseSendsWhatIsLeftAndAcceptsNoMore) {
  open();
  track("a");
  track("b");
  const auto report = queue_->close(1min);
  EXPECT_EQ(report.written, 2u);
  EXPECT_EQ(report.kept, 0u);
  EXPECT_THROW(track("c"), ClosedError);
  EXPECT_THROW(queue_->flush(1s), ClosedError);
}

TEST_F(QueueTest, WhatCloseKeptIsGivenUpWithItsContents) {
  open();
  server->plan = [](const Measurement&) { fail(Outcome::NotApplied, true, 0s, ErrorCode::Storage); };
  track("a");
  track("b");
  const auto report = queue_->close(0s);
  EXPECT_EQ(report.kept, 2u);
  queue_->give_up();
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].reason, DropReason::Unwritten);
  EXPECT_EQ(dropped[0].operations, 2u);
  EXPECT_EQ(dropped[0].rows.size(), 2u);
  EXPECT_EQ(health().dropped_unwritten, 2u);
  expect_nothing_lost();
}

TEST_F(QueueTest, AtTheEndWhatMayBeThereIsToldApart) {
  open({.on_unknown = OnUnknown::Retry});
  server->plan = [](const Measurement&) { fail(Outcome::Unknown, false); };
  track("a");
  track("b");
  queue_->tick();
  queue_->close(0s);
  queue_->give_up();
  ASSERT_EQ(dropped.size(), 2u);
  EXPECT_EQ(dropped[0].reason, DropReason::Unknown);
  EXPECT_EQ(dropped[0].rows[0].key, "a");
  EXPECT_EQ(dropped[1].reason, DropReason::Unwritten);
  EXPECT_EQ(dropped[1].rows[0].key, "b");
}

TEST_F(QueueTest, WhateverADriverThrowsIsAFailure) {
  open();
  server->plan = [](const Measurement& measurement) {
    if (measurement.key == "memory") throw std::bad_alloc();
    throw std::runtime_error("surprise");
  };
  track("memory");
  EXPECT_EQ(due_in_ms(), 100u);
  EXPECT_EQ(health().queued_operations, 1u) << "nothing was sent";
  server->plan = [](const Measurement&) { throw std::runtime_error("surprise"); };
  now += 1h;
  queue_->tick();
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].reason, DropReason::Unknown) << "nobody knows how far it came";
  EXPECT_THAT(dropped[0].error, HasSubstr("surprise"));
}

TEST_F(QueueTest, ACallbackMayTrack) {
  open({.async = false});
  bool once = true;
  server->plan = [&](const Measurement& measurement) {
    if (measurement.key == "a" && std::exchange(once, false)) {
      track("from inside");
      fail(Outcome::NotApplied, false, 0s, ErrorCode::Storage);
    }
  };
  track("a");
  track("b");
  EXPECT_THAT(server->keys(), ElementsAre("from inside", "b"));
}

}  // namespace
}  // namespace trifle::stats::detail
