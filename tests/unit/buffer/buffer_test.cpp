#include "buffer_fixture.hpp"

namespace trifle::stats::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(BufferTest, WritesWhenTheFirstHasWaitedLongEnough) {
  open({.duration = 250ms});
  EXPECT_EQ(buffer_->tick(), std::nullopt) << "nothing pending: it may sleep for good";
  track("k", {{"n", 1}});
  EXPECT_EQ(due_in_ms(), 250u);
  now += 100ms;
  track("k", {{"n", 1}});
  EXPECT_EQ(due_in_ms(), 150u) << "the first counts, not the last";
  EXPECT_EQ(table->writes, 0u);
  EXPECT_EQ(health().queued_operations, 2u);
  EXPECT_EQ(health().queued_entries, 1u);
  EXPECT_EQ(health().oldest_unwritten, 100ms);
  now += 150ms;
  EXPECT_EQ(buffer_->tick(), std::nullopt);
  EXPECT_EQ(stored("k", "n"), Number(2));
  EXPECT_THAT(table->batches, ElementsAre(2));
  EXPECT_EQ(health().queued_operations, 0u);
  EXPECT_EQ(health().written_operations, 2u);
  EXPECT_EQ(health().queued_bytes, 0u);
}

TEST_F(BufferTest, WritesWhenThereAreEnoughWhateverTheSize) {
  for (const std::size_t size : {1, 2, 7, 8, 100, 256}) {
    open({.size = size});
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i + 1 < size; ++i) track("k", {{"n", 1}});
      buffer_->tick();
      EXPECT_EQ(table->batches.size(), static_cast<std::size_t>(round)) << size;
      track("k", {{"n", 1}});
      buffer_->tick();
      EXPECT_EQ(table->batches.size(), round + 1u) << size;
    }
  }
}

TEST_F(BufferTest, AFlushWritesAtOnce) {
  open();
  buffer_->flush(1min);
  EXPECT_EQ(table->writes, 0u) << "nothing to write, nothing written";
  track("k", {{"n", 1}});
  buffer_->flush(1min);
  EXPECT_EQ(stored("k", "n"), Number(1));
}

TEST_F(BufferTest, WithoutAggregationEachCallIsATransactionInOrder) {
  open({.aggregate = false});
  track("k", {{"n", 5}});
  set("k", {{"n", 0}});
  track("k", {{"n", 1}});
  buffer_->flush(1min);
  EXPECT_THAT(table->batches, ElementsAre(1, 1, 1));
  EXPECT_EQ(stored("k", "n"), Number(1));
}

TEST_F(BufferTest, WithoutAThreadTheCallerWritesWhenDue) {
  for (const bool background : {true, false}) {
    open({.duration = 1s, .size = 3, .async = !background}, {.backend = "table", .background = background});
    track("k", {{"n", 1}});
    track("k", {{"n", 1}});
    EXPECT_EQ(table->writes, 0u);
    track("k", {{"n", 1}});
    EXPECT_EQ(table->writes, 1u) << "by size";
    track("k", {{"n", 1}});
    now += 2s;
    EXPECT_EQ(table->writes, 1u);
    track("k", {{"n", 1}});
    EXPECT_EQ(table->writes, 2u) << "by duration";

    driver->plan = [](const Rows&) { return Fault::Before; };
    errors.clear();
    for (int i = 0; i < 3; ++i) track("k", {{"n", 1}});
    EXPECT_EQ(errors.size(), 1u) << "the caller is spared, on_error isn't";
    track("k", {{"n", 1}});
    EXPECT_EQ(errors.size(), 1u) << "no call tries again while it should wait";
    EXPECT_EQ(health().queued_operations, 4u);
    driver->plan = {};
    now += 1h;
    track("k", {{"n", 1}});
    EXPECT_EQ(stored("k", "n"), Number(10));
  }
}

TEST_F(BufferTest, WhatWasNotAppliedMergesWithWhatCameSinceUnderANewId) {
  open({.duration = 1s});
  driver->plan = [](const Rows&) { return Fault::Before; };
  track("k", {{"n", 1}});
  now += 1s;
  EXPECT_EQ(due_in_ms(), 100u);
  EXPECT_THAT(errors, ElementsAre(HasSubstr("the database is away")));
  track("k", {{"n", 2}});
  EXPECT_EQ(due_in_ms(), 100u) << "newcomers don't hurry a database that is away";
  for (const std::size_t pause : {200, 400, 800}) {
    now += 60s;
    EXPECT_EQ(due_in_ms(), pause);
  }
  for (int i = 0; i < 20; ++i) {
    now += 60s;
    buffer_->tick();
  }
  EXPECT_EQ(due_in_ms(), 30'000u) << "at most";
  driver->plan = {};
  now += 60s;
  EXPECT_EQ(buffer_->tick(), std::nullopt);
  EXPECT_THAT(table->batches, ElementsAre(3 - 1)) << "both calls in one batch";
  EXPECT_EQ(stored("k", "n"), Number(3));
  EXPECT_EQ(health().queued_operations, 0u);
  EXPECT_EQ(health().retried_batches, 24u);
  EXPECT_THAT(health().last_error, HasSubstr("the database is away"));
}

TEST_F(BufferTest, AnUnknownOutcomeIsAskedForUnderTheSameIdBeforeAnythingNewer) {
  for (const Fault fault : {Fault::Commit, Fault::Lost}) {
    open();
    std::vector<Rows::Id> sent;
    int left = 2;
    driver->plan = [&](const Rows& rows) {
      sent.push_back(rows.id());
      return left-- > 0 ? fault : Fault::None;
    };
    track("k", {{"n", 1}});
    EXPECT_THROW(buffer_->flush(1min), ConnectionError);
    track("k", {{"n", 2}});
    EXPECT_EQ(health().queued_operations, 2u);
    now += 1s;
    buffer_->flush(1min);
    ASSERT_EQ(sent.size(), 4u) << "at once, after a pause, and the newer";
    EXPECT_EQ(sent[0], sent[1]);
    EXPECT_EQ(sent[0], sent[2]);
    EXPECT_NE(sent[0], sent[3]);
    EXPECT_EQ(stored("k", "n"), Number(3));
    EXPECT_TRUE(dropped.empty());
  }
}

TEST_F(BufferTest, AnUnknownOutcomeThatIsCuredAtOnceIsNoFailureOfTheFlush) {
  open();
  int left = 1;
  driver->plan = [&](const Rows&) { return left-- > 0 ? Fault::Commit : Fault::None; };
  track("k", {{"n", 1}});
  EXPECT_NO_THROW(buffer_->flush(1min));
  EXPECT_EQ(errors.size(), 1u);
  EXPECT_EQ(stored("k", "n"), Number(1));
}

TEST_F(BufferTest, AfterHalfADayTheLedgerIsNotTrustedAnyMore) {
  open();
  driver->plan = [](const Rows&) { return Fault::Lost; };
  track("k", {{"n", 1}});
  EXPECT_THROW(buffer_->flush(1min), ConnectionError);
  driver->plan = [](const Rows&) { return Fault::Before; };
  now += 12h - 1s;
  buffer_->tick();
  EXPECT_TRUE(dropped.empty());
  driver->plan = {};
  now += 1s;
  buffer_->tick();
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].reason, DropReason::Unknown);
  EXPECT_EQ(health().unknown_operations, 1u);
  EXPECT_EQ(health().queued_operations, 0u);
}

TEST_F(BufferTest, WithoutALedgerThePolicyDecides) {
  const Traits traits{.backend = "table", .ledger = false};
  for (const auto policy : {OnUnknown::Report, OnUnknown::Retry, OnUnknown::Drop}) {
    dropped.clear();
    open({.on_unknown = policy}, traits);
    int left = 1;
    driver->plan = [&](const Rows&) { return left-- > 0 ? Fault::Commit : Fault::None; };
    track("k", {{"n", 1}});
    if (policy == OnUnknown::Retry) {
      EXPECT_THROW(buffer_->flush(1min), ConnectionError) << "it may count twice, and says so";
    } else {
      EXPECT_THROW(buffer_->flush(1min), ConnectionError);
    }
    now += 1s;
    buffer_->tick();
    EXPECT_EQ(health().unknown_operations, 1u);
    EXPECT_EQ(health().queued_operations, 0u);
    EXPECT_EQ(stored("k", "n"), Number(policy == OnUnknown::Retry ? 2 : 1));
    if (policy == OnUnknown::Report) {
      ASSERT_EQ(dropped.size(), 1u);
      EXPECT_EQ(dropped[0].reason, DropReason::Unknown);
      EXPECT_EQ(dropped[0].operations, 1u);
      ASSERT_EQ(dropped[0].rows.size(), 1u);
      EXPECT_EQ(dropped[0].rows[0].granularity, "1h");
    } else {
      EXPECT_TRUE(dropped.empty());
    }
  }
}

TEST_F(BufferTest, ARowThatCanNeverBeWrittenDoesNotHoldUpTheOthers) {
  open({}, {.backend = "table"}, {"1h", "1d"});
  driver->refuses = [](const Row& row) { return row.key == "bad" && row.granularity == "1h"; };
  track("bad", {{"n", 1}});
  set("bad", {{"s", 7}});
  track("good", {{"n", 2}});
  EXPECT_THROW(buffer_->flush(1min), StorageError);
  EXPECT_EQ(stored("good", "n"), Number(2));
  EXPECT_EQ(table->table["bad::1d::1784073600"]["n"], Number(1));
  EXPECT_FALSE(table->table.contains("bad::1h::1784109600"));
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].reason, DropReason::Refused);
  EXPECT_EQ(dropped[0].error, "the row is refused");
  EXPECT_EQ(dropped[0].operations, 0u) << "the other rows of the same calls are written";
  ASSERT_EQ(dropped[0].rows.size(), 1u);
  EXPECT_EQ(dropped[0].rows[0].key, "bad");
  EXPECT_EQ(dropped[0].rows[0].granularity, "1h");
  EXPECT_EQ(dropped[0].rows[0].at, Instant::from_unix(1'784'109'600));
  ASSERT_EQ(dropped[0].rows[0].increments.size(), 1u);
  EXPECT_EQ(dropped[0].rows[0].increments[0].path, "n");
  ASSERT_EQ(dropped[0].rows[0].sets.size(), 1u);
  EXPECT_EQ(dropped[0].rows[0].sets[0].number, Number(7));
  EXPECT_EQ(health().dropped_refused, 1u);
  EXPECT_EQ(health().queued_operations, 0u);
  EXPECT_EQ(health().written_operations, 3u);
}

TEST_F(BufferTest, TheRestOfARefusedBatchGoesBeforeAnythingNewer) {
  open();
  driver->refuses = [](const Row& row) { return row.key == "bad"; };
  int writes = 0;
  driver->plan = [&](const Rows&) { return ++writes == 2 ? Fault::Before : Fault::None; };
  track("bad", {{"n", 1}});
  set("k", {{"n", 10}});
  EXPECT_THROW(buffer_->flush(1min), ConnectionError);
  EXPECT_EQ(health().queued_operations, 2u);
  set("k", {{"n", 20}});
  now += 1s;
  buffer_->flush(1min);
  EXPECT_EQ(stored("k", "n"), Number(20));
}

TEST_F(BufferTest, WhereTheDatabaseDoesNotSayWhichRowItRefusesTheBatchIsHalvedUntilItIsFound) {
  open();
  driver->refuses_unnamed = [](const Row& row) { return row.key == "k13" || row.key == "k14"; };
  for (int i = 0; i < 40; ++i) track("k" + std::to_string(i), {{"n", 1}});
  EXPECT_THROW(buffer_->flush(1min), StorageError);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(stored("k" + std::to_string(i), "n"), Number(i == 13 || i == 14 ? 0 : 1)) << i;
  ASSERT_EQ(dropped.size(), 2u);
  EXPECT_EQ(dropped[0].rows.size(), 1u);
  EXPECT_EQ(dropped[0].operations, 0u);
  EXPECT_EQ(errors.size(), 1u) << "and the other was thrown: one for each row, none for the halves";
  EXPECT_EQ(health().dropped_refused, 2u);
  EXPECT_EQ(health().queued_operations, 0u);
  EXPECT_EQ(health().written_operations, 40u);
}

TEST_F(BufferTest, OnlyWhatMakesASumInfiniteIsLeftOut) {
  open({}, {.backend = "table"}, {"1m", "1h"});
  track("k", {{"v", 1e308}, {"n", 1}});
  track("k", {{"v", 1e308}, {"n", 1}}, kAt + 60);
  EXPECT_THROW(buffer_->flush(1min), StorageError);
  EXPECT_EQ(stored("k", "n"), Number(2));
  EXPECT_EQ(stored("k", "v"), Number(1e308));
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].rows[0].granularity, "1h");
  EXPECT_EQ(dropped[0].rows[0].increments[0].number, Number(1e308));
}

TEST_F(BufferTest, RecordedNumbersLandWithTheOthersAcrossFlushes) {
  open();
  const Payload shape{{"a", 0}, {"b", {{"c", 0}}}};
  const auto record = [&](std::size_t recorder, std::initializer_list<Number> numbers, std::int64_t at = kAt) {
    EXPECT_TRUE(buffer_->add_recorded(recorder, "k", shape, Instant::from_unix(at), {numbers.begin(), numbers.size()}));
  };
  for (int round = 0; round < 3; ++round) {
    if (round == 1) track("k", {{"b.c", 100}});  // now the entry begins with another shape
    for (int i = 0; i < 4; ++i) record(i % 2, {1, 2.5});
    record(0, {1, 0}, kAt + 7200);
    record(0, {1, 0});
    set("k", {{"a", 1000}});
    record(0, {1, 0});
    EXPECT_THROW(record(0, {1, std::numeric_limits<double>::infinity()}), InvalidArgument);
    buffer_->flush(1min);
    EXPECT_EQ(stored("k", "a"), Number(1001)) << round;
  }
  EXPECT_EQ(stored("k", "b.c"), Number(130));
  EXPECT_EQ(table->table["k::1h::1784116800"]["a"], Number(3));
}

TEST_F(BufferTest, ARecorderOfMorePathsThanOnePassTakes) {
  open();
  Payload shape;
  for (int i = 0; i < 40; ++i) shape.add("p" + std::to_string(i), 0);
  std::vector<Number> numbers;
  for (int i = 0; i < 40; ++i) numbers.push_back(i % 2 ? Number(i) : Number(i / 4.0));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(buffer_->add_recorded(0, "k", shape, Instant::from_unix(kAt), numbers));
  numbers[39] = std::numeric_limits<double>::infinity();
  EXPECT_THROW((void)buffer_->add_recorded(0, "k", shape, Instant::from_unix(kAt), numbers), InvalidArgument);
  buffer_->flush(1min);
  EXPECT_EQ(stored("k", "p1"), Number(5));
  EXPECT_EQ(stored("k", "p38"), Number(5 * 38 / 4.0));
  EXPECT_EQ(stored("k", "p39"), Number(5 * 39));
}

TEST_F(BufferTest, AfterForkNothingIsTouched) {
  open();
  gate.set(Gate::Forked);
  const std::initializer_list<Entry> values{{"n", 1}};
  EXPECT_FALSE(buffer_->add(Change::Increment, "k", Instant::from_unix(kAt),
                            std::span<const Entry>(values.begin(), values.size()), false));
}

}  // namespace
}  // namespace trifle::stats::detail
