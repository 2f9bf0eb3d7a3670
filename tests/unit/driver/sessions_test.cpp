#include "driver/sessions.hpp"

#include <string>

#include <gtest/gtest.h>

namespace trifle::stats::detail {
namespace {

/// A connection that may have been lost while nobody looked.
struct FakeSession {
  int number = 0;
  bool lost = false;
  bool usable_after(const Error& error) const noexcept { return error.code() != ErrorCode::Connection; }
};

ConnectionError lost(Outcome outcome = Outcome::NotApplied) {
  return ConnectionError("lost", {.outcome = outcome, .retry_is_safe = outcome == Outcome::NotApplied});
}

class SessionsTest : public testing::TestWithParam<Use> {
 protected:
  Sessions<FakeSession> make(bool one = false) {
    return Sessions<FakeSession>(
        [this](Use) {
          if (!reachable_) throw lost();
          return std::make_unique<FakeSession>(FakeSession{++opened_});
        },
        2, one);
  }

  template <class Work>
  void call(Sessions<FakeSession>& sessions, Work&& work, bool may_repeat = true) {
    sessions.with(
        GetParam(), work, [](FakeSession&, const Error&) {}, [=](const Error&) { return may_repeat; });
  }
  /// The number of the session that served a call.
  int served(Sessions<FakeSession>& sessions, bool may_repeat = true, Outcome outcome = Outcome::NotApplied) {
    int number = 0;
    call(
        sessions,
        [&](FakeSession& session) {
          if (session.lost) throw lost(outcome);
          number = session.number;
        },
        may_repeat);
    return number;
  }
  void lose(Sessions<FakeSession>& sessions) {
    call(sessions, [](FakeSession& session) { session.lost = true; });
  }

  int opened_ = 0;
  bool reachable_ = true;
};

INSTANTIATE_TEST_SUITE_P(Uses, SessionsTest, testing::Values(Use::Write, Use::Read),
                         [](const auto& use) { return use.param == Use::Write ? "write" : "read"; });

TEST_P(SessionsTest, OneThatServedAndIsLostIsReplacedUnseen) {
  auto sessions = make();
  EXPECT_EQ(served(sessions), 1);
  lose(sessions);
  EXPECT_EQ(served(sessions), 2);
  EXPECT_EQ(served(sessions), 2);
}

TEST_P(SessionsTest, OneThatFailsAtItsFirstCallIsNot) {
  auto sessions = make();
  EXPECT_THROW(call(sessions, [](FakeSession&) { throw lost(); }), ConnectionError);
  EXPECT_EQ(opened_, 1);
  EXPECT_EQ(served(sessions), 2) << "it was closed";
}

TEST_P(SessionsTest, ACallThatMayNotBeRepeatedIsNot) {
  auto sessions = make();
  lose(sessions);
  EXPECT_THROW(served(sessions, false), ConnectionError);
  EXPECT_EQ(served(sessions), 2);
}

TEST_P(SessionsTest, OtherFailuresPass) {
  auto sessions = make();
  served(sessions);
  EXPECT_THROW(call(sessions, [](FakeSession&) { throw StorageError("full"); }), StorageError);
  EXPECT_EQ(served(sessions), 1);
}

TEST_P(SessionsTest, TheOnlySessionIsItsOwners) {
  auto sessions = make(true);
  sessions.adopt(std::make_unique<FakeSession>());
  lose(sessions);
  EXPECT_THROW(served(sessions), ConnectionError);
}

TEST_P(SessionsTest, WhatMayHaveBeenAppliedStaysUnknownUntilTheSecondIs) {
  auto sessions = make();
  lose(sessions);
  reachable_ = false;
  try {
    served(sessions, true, Outcome::Unknown);
    FAIL() << "nobody is there";
  } catch (const ConnectionError& error) {
    EXPECT_EQ(error.outcome(), Outcome::Unknown);
  }
  reachable_ = true;
  lose(sessions);
  EXPECT_EQ(served(sessions, true, Outcome::Unknown), 3);

  lose(sessions);
  try {
    call(sessions, [&](FakeSession& session) {
      if (session.lost) throw lost(Outcome::Unknown);
      throw TimeoutError("a deadlock");
    });
    FAIL() << "the second failed";
  } catch (const Error& error) {
    EXPECT_EQ(error.outcome(), Outcome::Unknown);
  }
}

}  // namespace
}  // namespace trifle::stats::detail
