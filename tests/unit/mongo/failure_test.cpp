// What each failure means, by the moment that it comes. The table of docs/drivers/mongo.md is this one.

#include "drivers/mongo/failure.hpp"

#include <gmock/gmock.h>
#include <mongoc/mongoc.h>

namespace trifle::stats::detail::mongo {
namespace {

constexpr Phase kPhases[] = {Phase::Connect, Phase::Ask, Phase::Transaction, Phase::Commit, Phase::Write};

Failure of_server(std::int32_t code) { return {.domain = MONGOC_ERROR_SERVER, .code = code, .text = "said"}; }

TEST(MongoFailure, AConflictIsTriedAgain) {
  for (const auto code : {24, 112, 225, 246, 251, 16908292}) {
    for (const auto phase : kPhases) {
      const auto found = verdict(of_server(code), phase);
      EXPECT_TRUE(found.again) << code;
      EXPECT_EQ(found.outcome, Outcome::NotApplied) << code;
      EXPECT_TRUE(found.retry_is_safe) << code;
      EXPECT_EQ(found.code, ErrorCode::Timeout) << code;
    }
  }
}

TEST(MongoFailure, AServerThatGoesAwayLeavesOpenWhatItWasAt) {
  struct Case {
    std::int32_t native;
    ErrorCode code;
  };
  for (const auto& [native, code] :
       {Case{91, ErrorCode::Connection}, Case{11600, ErrorCode::Connection}, Case{189, ErrorCode::Connection},
        Case{11602, ErrorCode::Connection}, Case{6, ErrorCode::Connection}, Case{7, ErrorCode::Connection},
        Case{9001, ErrorCode::Connection}, Case{89, ErrorCode::Timeout}, Case{50, ErrorCode::Timeout},
        Case{262, ErrorCode::Timeout}, Case{11601, ErrorCode::Storage}}) {
    for (const auto phase : kPhases) {
      const auto found = verdict(of_server(native), phase);
      const bool open = phase == Phase::Commit || phase == Phase::Write;
      EXPECT_EQ(found.code, code) << native;
      EXPECT_EQ(found.outcome, open ? Outcome::Unknown : Outcome::NotApplied) << native;
      EXPECT_EQ(found.retry_is_safe, !open) << native;
      EXPECT_FALSE(found.again) << native;
    }
  }
}

TEST(MongoFailure, ARefusalAppliesNothing) {
  struct Case {
    std::int32_t native;
    ErrorCode code;
    bool retry_is_safe;
    bool reconnect;
  };
  for (const auto& known :
       {Case{10107, ErrorCode::Connection, true, true}, Case{13435, ErrorCode::Connection, true, true},
        Case{13436, ErrorCode::Connection, true, true}, Case{13, ErrorCode::Storage, true, false},
        Case{18, ErrorCode::Storage, true, true}, Case{26, ErrorCode::Storage, true, false},
        Case{100, ErrorCode::Storage, true, false}, Case{14031, ErrorCode::Storage, true, false},
        Case{9, ErrorCode::Storage, false, false}, Case{59, ErrorCode::Storage, false, false}}) {
    for (const auto phase : {Phase::Ask, Phase::Transaction, Phase::Write}) {
      const auto found = verdict(of_server(known.native), phase);
      EXPECT_EQ(found.code, known.code) << known.native;
      EXPECT_EQ(found.outcome, Outcome::NotApplied) << known.native;
      EXPECT_EQ(found.retry_is_safe, known.retry_is_safe) << known.native;
      EXPECT_EQ(found.reconnect, known.reconnect) << known.native;
    }
  }
}

TEST(MongoFailure, WhatACommitAnswersThatIsNotKnownIsOpen) {
  for (const auto code : {10107, 9, 1, 8}) {
    const auto found = verdict(of_server(code), Phase::Commit);
    EXPECT_EQ(found.outcome, Outcome::Unknown) << code;
    EXPECT_FALSE(found.retry_is_safe) << code;
  }
}

TEST(MongoFailure, AServerInFrontOfAnotherThatIsGone) {
  for (const auto code : {1, 8}) {
    EXPECT_EQ(verdict(of_server(code), Phase::Write).outcome, Outcome::Unknown) << code;
    EXPECT_TRUE(verdict(of_server(code), Phase::Ask).retry_is_safe) << code;
    EXPECT_EQ(verdict(of_server(code), Phase::Transaction).outcome, Outcome::NotApplied) << code;
    EXPECT_FALSE(verdict(of_server(code), Phase::Transaction).retry_is_safe) << "the row is looked for";
  }
}

TEST(MongoFailure, TheServerMayCallAnErrorTransient) {
  auto failure = of_server(8);
  failure.transient = true;
  EXPECT_TRUE(verdict(failure, Phase::Transaction).again);
  EXPECT_TRUE(verdict(failure, Phase::Transaction).retry_is_safe);
  EXPECT_FALSE(verdict(failure, Phase::Commit).again) << "it may have been committed";
}

TEST(MongoFailure, ALostConnectionIsOpenWhereAWriteWasSent) {
  for (const bool timed_out : {false, true}) {
    const Failure lost{.domain = MONGOC_ERROR_STREAM,
                       .code = MONGOC_ERROR_STREAM_SOCKET,
                       .text = "Failed to read 4 bytes: socket error or timeout",
                       .timed_out = timed_out};
    for (const auto phase : kPhases) {
      const auto found = verdict(lost, phase);
      const bool open = phase == Phase::Commit || phase == Phase::Write;
      EXPECT_EQ(found.code, timed_out ? ErrorCode::Timeout : ErrorCode::Connection);
      EXPECT_EQ(found.outcome, open ? Outcome::Unknown : Outcome::NotApplied);
      EXPECT_EQ(found.retry_is_safe, !open);
      EXPECT_TRUE(found.reconnect);
    }
  }
  const Failure nobody{.domain = MONGOC_ERROR_SERVER_SELECTION,
                       .code = MONGOC_ERROR_SERVER_SELECTION_FAILURE,
                       .text = "No suitable servers found"};
  EXPECT_EQ(verdict(nobody, Phase::Write).outcome, Outcome::NotApplied);
  EXPECT_EQ(verdict(nobody, Phase::Commit).outcome, Outcome::Unknown);
}

TEST(MongoFailure, WhatTooFewMembersConfirmedIsApplied) {
  const auto found = verdict({.domain = MONGOC_ERROR_WRITE_CONCERN, .code = 64, .unconfirmed = true}, Phase::Write);
  EXPECT_EQ(found.outcome, Outcome::Applied);
  EXPECT_EQ(found.code, ErrorCode::Timeout);
}

TEST(MongoFailure, ARefusedLoginMayBeTriedAgainOverAnotherConnection) {
  for (const auto& failure :
       {Failure{.domain = MONGOC_ERROR_CLIENT, .code = MONGOC_ERROR_CLIENT_AUTHENTICATE},
        Failure{.domain = MONGOC_ERROR_SCRAM, .code = MONGOC_ERROR_SCRAM_PROTOCOL_ERROR}, of_server(18)}) {
    const auto found = verdict(failure, Phase::Ask);
    EXPECT_EQ(found.code, ErrorCode::Storage);
    EXPECT_TRUE(found.retry_is_safe);
    EXPECT_TRUE(found.reconnect);
  }
}

TEST(MongoFailure, OfARow) {
  for (const auto code : {11000, 11001, 12582}) EXPECT_EQ(row_verdict(code), RowVerdict::Duplicate) << code;
  for (const auto code : {24, 112, 246, 16908292}) EXPECT_EQ(row_verdict(code), RowVerdict::Again) << code;
  for (const auto code : {2, 14, 28, 40}) EXPECT_EQ(row_verdict(code), RowVerdict::Rewrite) << code;
  for (const auto code : {15, 52, 56, 10334, 17419, 17420, 285999133})
    EXPECT_EQ(row_verdict(code), RowVerdict::Refused) << code;
  for (const auto code : {13, 91, 121, 1}) EXPECT_EQ(row_verdict(code), RowVerdict::Other) << code;
}

TEST(MongoFailure, AnErrorTellsWhatTheServerSaid) {
  try {
    raise(of_server(13), Phase::Write, "write");
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_EQ(error.native_code(), 13);
    EXPECT_EQ(error.native_text(), "said");
    EXPECT_EQ(error.operation(), "write");
    EXPECT_EQ(error.backend(), "mongo");
  }
}

}  // namespace
}  // namespace trifle::stats::detail::mongo
