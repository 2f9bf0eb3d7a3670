#include "buffer/buffer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

#include "faulty_driver.hpp"

namespace trifle::stats::detail {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kAt = 1'784'111'865;  // 2026-07-15T10:37:45Z

/// A buffer whose clock and thread are the test.
class BufferTest : public ::testing::Test {
 protected:
  Buffer& open(BufferOptions options = {}, Traits traits = {.backend = "table", .ledger = true},
               std::vector<std::string> granularities = {"1h"}) {
    buffer_.reset();
    table = std::make_shared<TableDriver>(traits);
    driver = std::make_shared<FaultyDriver>(table);
    Merge::Config merge{
        .bucketing = Bucketing(), .granularities = {}, .layout = {}, .max_key_length = 200, .system_tracking = false};
    for (const auto& text : granularities) merge.granularities.emplace_back(text);
    Buffer::Config config{.merge = std::move(merge),
                          .options = options,
                          .traits = traits,
                          .on_error =
                              [this](const Error& error) {
                                errors.emplace_back(error.what());
                                if (throwing) throw std::runtime_error("from the callback");
                              },
                          .on_drop =
                              [this](const Dropped& given) {
                                dropped.push_back(given);
                                if (throwing) throw 1;
                              },
                          .batch_slots = batch_slots,
                          .timing = {.now = [this] { return now; }, .jitter = [] { return 1.0; }, .thread = false}};
    buffer_ = std::make_unique<Buffer>(std::move(config), driver, gate);
    return *buffer_;
  }

  void track(std::string_view key, std::initializer_list<Entry> values, std::int64_t at = kAt) {
    ASSERT_TRUE(buffer_->add(Change::Increment, key, Instant::from_unix(at),
                             std::span<const Entry>(values.begin(), values.size()), false));
  }
  void set(std::string_view key, std::initializer_list<Entry> values, std::int64_t at = kAt) {
    ASSERT_TRUE(buffer_->add(Change::Set, key, Instant::from_unix(at),
                             std::span<const Entry>(values.begin(), values.size()), false));
  }

  Number stored(std::string_view key, const std::string& path) {
    return table->table[std::string(key) + "::1h::1784109600"][path];
  }
  Health health() {
    Health health;
    buffer_->add_to(health);
    return health;
  }
  std::size_t due_in_ms() {
    const auto next = buffer_->tick();
    return next ? static_cast<std::size_t>((*next - now) / 1ms) : 0;
  }

  std::size_t batch_slots = 8192;
  bool throwing = false;
  Buffer::Time now{1000h};
  Gate gate;
  std::shared_ptr<TableDriver> table;
  std::shared_ptr<FaultyDriver> driver;
  std::vector<std::string> errors;
  std::vector<Dropped> dropped;
  std::unique_ptr<Buffer> buffer_;
};

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
  buffer_->flush();
  EXPECT_EQ(table->writes, 0u) << "nothing to write, nothing written";
  track("k", {{"n", 1}});
  buffer_->flush();
  EXPECT_EQ(stored("k", "n"), Number(1));
}

TEST_F(BufferTest, WithoutAggregationEachCallIsATransactionInOrder) {
  open({.aggregate = false});
  track("k", {{"n", 5}});
  set("k", {{"n", 0}});
  track("k", {{"n", 1}});
  buffer_->flush();
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
    EXPECT_THROW(buffer_->flush(), ConnectionError);
    track("k", {{"n", 2}});
    EXPECT_EQ(health().queued_operations, 2u);
    now += 1s;
    buffer_->flush();
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
  EXPECT_NO_THROW(buffer_->flush());
  EXPECT_EQ(errors.size(), 1u);
  EXPECT_EQ(stored("k", "n"), Number(1));
}

TEST_F(BufferTest, AfterHalfADayTheLedgerIsNotTrustedAnyMore) {
  open();
  driver->plan = [](const Rows&) { return Fault::Lost; };
  track("k", {{"n", 1}});
  EXPECT_THROW(buffer_->flush(), ConnectionError);
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
      EXPECT_THROW(buffer_->flush(), ConnectionError) << "it may count twice, and says so";
    } else {
      EXPECT_THROW(buffer_->flush(), ConnectionError);
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
  EXPECT_THROW(buffer_->flush(), StorageError);
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
  EXPECT_THROW(buffer_->flush(), ConnectionError);
  EXPECT_EQ(health().queued_operations, 2u);
  set("k", {{"n", 20}});
  now += 1s;
  buffer_->flush();
  EXPECT_EQ(stored("k", "n"), Number(20));
}

TEST_F(BufferTest, WhereTheDatabaseDoesNotSayWhichRowItRefusesTheBatchIsHalvedUntilItIsFound) {
  open();
  driver->refuses_unnamed = [](const Row& row) { return row.key == "k13" || row.key == "k14"; };
  for (int i = 0; i < 40; ++i) track("k" + std::to_string(i), {{"n", 1}});
  EXPECT_THROW(buffer_->flush(), StorageError);
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
  EXPECT_THROW(buffer_->flush(), StorageError);
  EXPECT_EQ(stored("k", "n"), Number(2));
  EXPECT_EQ(stored("k", "v"), Number(1e308));
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].rows[0].granularity, "1h");
  EXPECT_EQ(dropped[0].rows[0].increments[0].number, Number(1e308));
}

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
    buffer_->flush();
    EXPECT_EQ(stored("c", "n"), Number(1));
    EXPECT_FALSE(table->table["c::1h::1784109600"].contains("x.y"));
  }
}

TEST_F(BufferTest, ShardsThatHoldTheSameMakeRoomByMerging) {
  open({.max_entries = 4});
  driver->plan = [](const Rows&) { return Fault::Before; };
  track("a", {{"n", 1}});
  EXPECT_THROW(buffer_->flush(), ConnectionError);
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

TEST_F(BufferTest, ABacklogIsWrittenInBatchesInOrder) {
  batch_slots = 10;
  open();
  for (int i = 0; i < 35; ++i) track("k" + std::to_string(i), {{"n", i}});
  for (int i = 0; i < 35; ++i) set("k" + std::to_string(i), {{"n", 100 + i}}, kAt + 3600);
  buffer_->flush();
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
  EXPECT_THROW(buffer_->flush(), ClosedError);
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
  EXPECT_THROW(buffer_->flush(), ConnectionError);
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
    buffer_->flush();
    EXPECT_EQ(stored("k", "a"), Number(1001)) << round;
  }
  EXPECT_EQ(stored("k", "b.c"), Number(130));
  EXPECT_EQ(table->table["k::1h::1784116800"]["a"], Number(3));
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
