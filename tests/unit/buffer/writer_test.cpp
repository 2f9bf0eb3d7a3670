// What close does about a database that fails: by a clock that only the pauses move.

#include "buffer_fixture.hpp"

namespace trifle::stats::detail {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(BufferTest, CloseTriesAgainAfterPausesThatDoubleUntilItWorks) {
  open();
  int left = 4;
  driver->plan = [&](const Rows&) { return left-- > 0 ? Fault::Before : Fault::None; };
  track("k", {{"n", 1}});
  track("k", {{"n", 2}});
  const auto start = now;
  const auto report = buffer_->close(1min);
  EXPECT_EQ(report.written, 2u);
  EXPECT_EQ(report.kept, 0u);
  EXPECT_EQ(report.dropped, 0u);
  EXPECT_EQ(stored("k", "n"), Number(3));
  EXPECT_THAT(slept, ElementsAre(100, 200, 400, 800));
  EXPECT_EQ(now - start, 1500ms) << "and it returns as soon as all is written";
  EXPECT_THAT(errors, SizeIs(4));
  EXPECT_THAT(errors, Each(HasSubstr("the database is away")));
  EXPECT_EQ(health().retried_batches, 4u);
}

TEST_F(BufferTest, CloseKeepsWhatCouldNotBeWrittenByItsDeadline) {
  open();
  std::vector<std::int64_t> attempts;
  const auto start = now;
  driver->plan = [&](const Rows&) {
    attempts.push_back((now - start) / 1ms);
    return Fault::Before;
  };
  track("k", {{"n", 1}});
  track("k", {{"n", 2}});
  const auto report = buffer_->close(1s);
  EXPECT_EQ(report.kept, 2u);
  EXPECT_EQ(report.written, 0u);
  EXPECT_EQ(report.dropped, 0u);
  EXPECT_THAT(attempts, ElementsAre(0, 100, 300, 700));
  EXPECT_THAT(slept, ElementsAre(100, 200, 400, 300)) << "the last pause ends with the deadline, and nothing follows";
  EXPECT_EQ(now - start, 1s);
  EXPECT_EQ(health().queued_operations, 2u);
  EXPECT_TRUE(dropped.empty()) << "it is kept, not handed over";

  driver->plan = {};
  EXPECT_EQ(buffer_->close(0s).written, 2u);
  EXPECT_EQ(stored("k", "n"), Number(3));
  EXPECT_EQ(now - start, 1s) << "another close doesn't wait for the pause";
}

TEST_F(BufferTest, CloseAsksForAnUnknownOutcomeAtOnceAndThenAfterPauses) {
  open();
  int left = 3;
  driver->plan = [&](const Rows&) { return left-- > 0 ? Fault::Commit : Fault::None; };
  track("k", {{"n", 1}});
  EXPECT_EQ(buffer_->close(1min).written, 1u);
  EXPECT_THAT(slept, ElementsAre(200, 400)) << "none after the first";
  EXPECT_EQ(stored("k", "n"), Number(1));
}

TEST_F(BufferTest, OfSeveralBatchesCloseKeepsThoseAfterTheDeadline) {
  batch_slots = 1;
  open();
  driver->plan = [&](const Rows&) {
    now += 400ms;
    return Fault::None;
  };
  for (int i = 0; i < 5; ++i) track("k" + std::to_string(i), {{"n", 1}});
  const auto report = buffer_->close(1s);
  EXPECT_EQ(report.written, 3u) << "the third began in time";
  EXPECT_EQ(report.kept, 2u);
  EXPECT_TRUE(slept.empty());
}

TEST_F(BufferTest, AWriterThatIsPatientWhereItMayHelpDoesNotWaitForATable) {
  open();
  driver->plan = [](const Rows&) -> Fault {
    throw StorageError("there is no table", {.operation = "write", .retry_is_safe = true});
  };
  track("k", {{"n", 1}});
  EXPECT_EQ(buffer_->close(1min, Writer::Patience::WhereItMayHelp).kept, 1u);
  EXPECT_TRUE(slept.empty());
  EXPECT_EQ(buffer_->close(1s).kept, 1u);
  EXPECT_THAT(slept, ElementsAre(200, 400, 400)) << "who states a deadline gets it";
}

TEST_F(BufferTest, CloseDoesNotPauseOnceNothingIsLeft) {
  batch_slots = 1;
  open({}, {.backend = "table", .ledger = false});
  driver->plan = [](const Rows&) { return Fault::Commit; };
  track("a", {{"n", 1}});
  track("b", {{"n", 1}});
  const auto report = buffer_->close(1min);
  EXPECT_EQ(report.dropped, 2u) << "nobody knows whether they are there, and nobody can be asked";
  EXPECT_EQ(report.kept, 0u);
  EXPECT_TRUE(slept.empty());
}

// What two threads did to a key that was set is sorted path by path: so a path of a call that is counted already can be
// written after what another did elsewhere.
TEST_F(BufferTest, KeptIsNotNothingWhereOnlyAPartOfACallIsLeft) {
  batch_slots = 1;
  open();
  const auto one = buffer_->new_shard();
  const auto other = buffer_->new_shard();
  const auto at = Instant::from_unix(kAt);
  ASSERT_TRUE(buffer_->add_to(*one, Change::Increment, "k", at, Payload{{"n", 1}}, false));
  ASSERT_TRUE(buffer_->add_to(*other, Change::Increment, "k", at + 1h, Payload{{"n", 2}}, false));
  ASSERT_TRUE(buffer_->add_to(*one, Change::Set, "k", at, Payload{{"m", 3}}, false));
  int writes = 0;
  driver->plan = [&](const Rows&) { return ++writes < 3 ? Fault::None : Fault::Before; };
  const auto report = buffer_->close(1ms);
  EXPECT_THAT(table->batches, ElementsAre(2, 1)) << "all calls are counted with what is written";
  EXPECT_EQ(report.written, 3u);
  EXPECT_EQ(report.kept, 1u);
  EXPECT_FALSE(table->table["k::1h::1784109600"].contains("m"));

  driver->plan = {};
  EXPECT_EQ(buffer_->close(0s).kept, 0u);
  EXPECT_EQ(stored("k", "m"), Number(3)) << "nothing let the database go before";
}

}  // namespace
}  // namespace trifle::stats::detail
