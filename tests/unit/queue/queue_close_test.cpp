// What close and flush do about a server that fails: by a clock that only the pauses and the server move.

#include "queue_fixture.hpp"

namespace trifle::stats::detail {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(QueueTest, CloseTriesAgainAfterPausesThatDoubleUntilItWorks) {
  open();
  int left = 4;
  server->plan = [&](const Measurement&) {
    if (left-- > 0) fail(Outcome::NotApplied, true);
  };
  track("a");
  track("b");
  const auto start = now;
  const auto report = queue_->close(1min);
  EXPECT_EQ(report.written, 2u);
  EXPECT_EQ(report.kept, 0u);
  EXPECT_EQ(report.dropped, 0u);
  EXPECT_THAT(server->keys(), ElementsAre("a", "b"));
  EXPECT_THAT(slept, ElementsAre(100, 200, 400, 800));
  EXPECT_EQ(now - start, 1500ms) << "and it returns as soon as all is sent";
  EXPECT_THAT(errors, SizeIs(4));
  EXPECT_THAT(errors, Each(HasSubstr("the server is away")));
  EXPECT_EQ(health().retried_batches, 4u);
}

TEST_F(QueueTest, CloseKeepsWhatCouldNotBeSentByItsDeadline) {
  open();
  std::vector<std::int64_t> attempts;
  const auto start = now;
  server->plan = [&](const Measurement&) {
    attempts.push_back((now - start) / 1ms);
    fail(Outcome::NotApplied, true);
  };
  track("a");
  track("b");
  const auto report = queue_->close(1s);
  EXPECT_EQ(report.kept, 2u);
  EXPECT_EQ(report.written, 0u);
  EXPECT_THAT(attempts, ElementsAre(0, 100, 300, 700));
  EXPECT_THAT(slept, ElementsAre(100, 200, 400, 300)) << "the last pause ends with the deadline, and nothing follows";
  EXPECT_EQ(now - start, 1s);
  EXPECT_THAT(dropped, IsEmpty()) << "they are kept, not handed over";

  server->plan = {};
  EXPECT_EQ(queue_->close(1s).written, 2u);
  EXPECT_EQ(now - start, 1s) << "another close doesn't wait for the pause";
}

TEST_F(QueueTest, CloseWaitsAsLongAsTheServerAsksForAndItsDeadlineAllows) {
  open();
  server->plan = [](const Measurement&) { fail(Outcome::NotApplied, true, 30s, ErrorCode::Timeout); };
  track("a");
  EXPECT_EQ(queue_->close(20s).kept, 1u);
  EXPECT_THAT(slept, ElementsAre(20'000));
  EXPECT_EQ(server->attempts, 1);

  server->plan = {};
  EXPECT_EQ(queue_->close(0s).kept, 1u);
  EXPECT_EQ(server->attempts, 1) << "another close doesn't call it before its time either";
  EXPECT_EQ(queue_->close(20s).written, 1u);
  EXPECT_THAT(slept, ElementsAre(20'000, 0, 10'000));
}

TEST_F(QueueTest, OfSeveralCloseKeepsThoseAfterTheDeadline) {
  open();
  server->plan = [&](const Measurement&) { now += 400ms; };
  for (const auto* key : {"a", "b", "c", "d", "e"}) track(key);
  const auto report = queue_->close(1s);
  EXPECT_EQ(report.written, 3u) << "the third began in time";
  EXPECT_EQ(report.kept, 2u);
  EXPECT_THAT(slept, IsEmpty());
}

TEST_F(QueueTest, WhoIsPatientWhereItMayHelpDoesNotWaitForAServerThatSaysNo) {
  open();
  server->plan = [](const Measurement&) { fail(Outcome::NotApplied, true, 0s, ErrorCode::Storage); };
  track("a");
  EXPECT_EQ(queue_->close(1min, Writer::Patience::WhereItMayHelp).kept, 1u);
  EXPECT_THAT(slept, IsEmpty());
  EXPECT_EQ(queue_->close(1s).kept, 1u);
  EXPECT_THAT(slept, ElementsAre(200, 400, 400)) << "who states a deadline gets it";
}

TEST_F(QueueTest, CloseDoesNotPauseOnceNothingIsLeft) {
  open();
  server->plan = [](const Measurement&) { fail(Outcome::Unknown, false); };
  track("a");
  const auto report = queue_->close(1min);
  EXPECT_EQ(report.dropped, 1u);
  EXPECT_EQ(report.kept, 0u);
  EXPECT_THAT(slept, IsEmpty());
}

TEST_F(QueueTest, ACallbackOfCloseMayClose) {
  open();
  server->plan = [](const Measurement&) { fail(Outcome::NotApplied, true); };
  on_error = [&] { EXPECT_EQ(queue_->close(1min).kept, 1u); };
  track("a");
  EXPECT_EQ(queue_->close(1s).kept, 1u);
  EXPECT_THAT(errors, SizeIs(4));
  EXPECT_THAT(slept, ElementsAre(100, 200, 400, 300)) << "it is closing already";
}

TEST_F(QueueTest, AFlushSendsNothingAfterItsDeadline) {
  open();
  server->plan = [&](const Measurement&) { now += 400ms; };
  for (const auto* key : {"a", "b", "c", "d", "e"}) track(key);
  try {
    queue_->flush(1s);
    FAIL() << "not all can be sent";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("not everything was written within 1000 ms; 2 operations stay queued"));
  }
  EXPECT_THAT(server->keys(), ElementsAre("a", "b", "c"));
  queue_->flush(1s);
  EXPECT_THAT(server->keys(), ElementsAre("a", "b", "c", "d", "e"));
}

}  // namespace
}  // namespace trifle::stats::detail
