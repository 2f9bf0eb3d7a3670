#include "buffer_fixture.hpp"

namespace trifle::stats::detail {
namespace {

using ::testing::HasSubstr;

TEST_F(BufferTest, AFullBufferRefusesOrDropsOrBlocksAndRecovers) {
  for (const auto policy : {OnFull::Refuse, OnFull::Drop, OnFull::Block}) {
    dropped.clear();
    open({.max_entries = 2, .on_full = policy, .block_for = 0s});
    driver->plan = [](const Rows&) { return Fault::Before; };
    track("a", {{"n", 1}});
    track("b", {{"n", 1}});
    const auto newcomer = [&] { track("c", {{"x", {{"y", 3}}}}, kAt + 1); };
    switch (policy) {
      case OnFull::Refuse:
        EXPECT_THROW(newcomer(), StorageError);
        break;
      case OnFull::Block:
        EXPECT_THROW(newcomer(), TimeoutError);
        break;
      case OnFull::Drop:
        newcomer();
        EXPECT_THROW(track("c", {{"n", 1}, {"n.m", 1}}), InvalidArgument);
        ASSERT_EQ(dropped.size(), 1u);
        EXPECT_EQ(dropped[0].reason, DropReason::Full);
        EXPECT_EQ(dropped[0].operations, 1u);
        ASSERT_EQ(dropped[0].rows.size(), 1u);
        EXPECT_EQ(dropped[0].rows[0].key, "c");
        EXPECT_EQ(dropped[0].rows[0].granularity, "");
        EXPECT_EQ(dropped[0].rows[0].at, Instant::from_unix(kAt + 1));
        EXPECT_EQ(dropped[0].rows[0].increments[0].path, "x.y");
        EXPECT_EQ(dropped[0].rows[0].increments[0].number, Number(3));
        EXPECT_EQ(health().dropped_full, 1u);
    }
    buffer_->tick();
    driver->plan = {};
    now += 1min;
    buffer_->tick();
    EXPECT_EQ(stored("b", "n"), Number(1));
    track("c", {{"n", 1}});
    buffer_->flush(1min);
    EXPECT_EQ(stored("c", "n"), Number(1));
    EXPECT_FALSE(table->table["c::1h::1784109600"].contains("x.y"));
  }
}

TEST_F(BufferTest, ShardsThatHoldTheSameMakeRoomByMerging) {
  open({.max_entries = 4});
  driver->plan = [](const Rows&) { return Fault::Before; };
  track("a", {{"n", 1}});
  EXPECT_THROW(buffer_->flush(1min), ConnectionError);
  const std::initializer_list<Entry> values{{"n", 1}};
  for (int i = 0; i < 3; ++i) {
    const auto shard = buffer_->new_shard();
    EXPECT_TRUE(buffer_->add_to(*shard, Change::Increment, "a", Instant::from_unix(kAt),
                                std::span<const Entry>(values.begin(), values.size()), false));
  }
  EXPECT_TRUE(gate.has(Gate::Full));
  buffer_->tick();
  EXPECT_FALSE(gate.has(Gate::Full)) << "although the database is still away";
  EXPECT_EQ(health().queued_entries, 1u);
  EXPECT_EQ(health().queued_operations, 4u);
}

TEST_F(BufferTest, ALimitOfBytesHoldsToo) {
  open({.max_bytes = 64 << 10, .on_full = OnFull::Refuse});
  driver->plan = [](const Rows&) { return Fault::Before; };
  std::size_t accepted = 0;
  try {
    for (; accepted < 100'000; ++accepted) track("k", {{"name" + std::to_string(accepted), 1}});
  } catch (const StorageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the buffer is full"));
  }
  EXPECT_GT(accepted, 100u);
  EXPECT_LT(accepted, 2000u);
  EXPECT_LT(health().queued_bytes, 80u << 10);
}

TEST_F(BufferTest, WhatFillsHalfOfItIsWrittenBeforeAnybodyFindsItFull) {
  for (const bool by_bytes : {false, true}) {
    open({.duration = 1h,
          .size = 1'000'000,
          .max_entries = by_bytes ? 1'000'000u : 10u,
          .max_bytes = by_bytes ? 64u << 10 : 256u << 20,
          .on_full = OnFull::Refuse});
    EXPECT_EQ(buffer_->tick(), std::nullopt);
    int calls = 0;
    while (table->writes == 0) {
      ASSERT_NO_THROW(track(by_bytes ? "k" : "k" + std::to_string(calls), {{"name" + std::to_string(calls), 1}}));
      ++calls;
      buffer_->tick();
    }
    EXPECT_GE(calls, 5);
    EXPECT_EQ(health().queued_operations, 0u);
    if (!by_bytes) {
      EXPECT_EQ(calls, 5);
    }

    // While the database is away, that is no reason to try before its time.
    driver->plan = [](const Rows&) { return Fault::Before; };
    const auto next = [&] {
      ++calls;
      track("k" + std::to_string(calls), {{"name" + std::to_string(calls), 1}});
    };
    const auto writes = health().flushes;
    while (health().flushes == writes) {
      next();
      buffer_->tick();
    }
    next();
    buffer_->tick();
    EXPECT_EQ(health().flushes, writes + 1);
  }
}

TEST_F(BufferTest, ABacklogIsWrittenInBatchesInOrder) {
  batch_slots = 10;
  open();
  for (int i = 0; i < 35; ++i) track("k" + std::to_string(i), {{"n", i}});
  for (int i = 0; i < 35; ++i) set("k" + std::to_string(i), {{"n", 100 + i}}, kAt + 3600);
  buffer_->flush(1min);
  EXPECT_EQ(table->batches.size(), 7u);
  EXPECT_EQ(stored("k34", "n"), Number(34));
  EXPECT_EQ(health().flushes, 7u);
}

TEST_F(BufferTest, CloseWritesOrKeepsAndTriesAgain) {
  open();
  driver->plan = [](const Rows&) { return Fault::Before; };
  track("k", {{"n", 1}});
  auto report = buffer_->close(0s);
  EXPECT_EQ(report.kept, 1u);
  EXPECT_EQ(report.written, 0u);
  EXPECT_THROW(track("k", {{"n", 1}}), ClosedError);
  EXPECT_THROW(buffer_->flush(1min), ClosedError);
  driver->plan = {};
  report = buffer_->close(0s);
  EXPECT_EQ(report.kept, 0u);
  EXPECT_EQ(report.written, 1u);
  EXPECT_EQ(stored("k", "n"), Number(1));
  EXPECT_EQ(buffer_->close(0s).written, 0u);
}

TEST_F(BufferTest, WhatIsLeftIsHandedOverAsItWasTracked) {
  open({}, {.backend = "table", .ledger = true}, {"1h", "1d"});
  driver->plan = [](const Rows&) { return Fault::Lost; };
  track("k", {{"n", 1}});
  EXPECT_THROW(buffer_->flush(1min), ConnectionError);
  track("k", {{"n", 2}});
  set("k", {{"n", 5}, {"m", 6}});
  EXPECT_EQ(buffer_->close(0s).kept, 3u);
  buffer_->give_up();
  ASSERT_EQ(dropped.size(), 2u);
  EXPECT_EQ(dropped[0].reason, DropReason::Unknown) << "the batch under way may be there";
  EXPECT_EQ(dropped[0].operations, 1u);
  EXPECT_EQ(dropped[0].rows.size(), 2u);
  EXPECT_EQ(dropped[1].reason, DropReason::Unwritten);
  EXPECT_EQ(dropped[1].operations, 2u);
  ASSERT_EQ(dropped[1].rows.size(), 1u);
  EXPECT_EQ(dropped[1].rows[0].granularity, "");
  EXPECT_EQ(dropped[1].rows[0].sets[0].number, Number(5));
  EXPECT_EQ(health().dropped_unwritten, 2u);
  EXPECT_EQ(health().unknown_operations, 1u);
  EXPECT_EQ(health().queued_operations, 0u);
}

TEST_F(BufferTest, CallbacksThatThrowChangeNothing) {
  throwing = true;
  open({}, {.backend = "table"});
  driver->refuses = [](const Row& row) { return row.key == "bad"; };
  track("bad", {{"n", 1}});
  track("good", {{"n", 1}});
  now += 1s;
  buffer_->tick();
  EXPECT_EQ(errors.size(), 1u);
  EXPECT_EQ(dropped.size(), 1u);
  EXPECT_EQ(stored("good", "n"), Number(1));
}

}  // namespace
}  // namespace trifle::stats::detail
