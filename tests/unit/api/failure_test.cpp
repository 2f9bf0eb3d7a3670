// What each answer means for a measurement and for a question, and what a lost connection does, by the moment. The
// table of docs/drivers/api.md is this one.

#include <gmock/gmock.h>

#include "drivers/api/failure.hpp"

namespace trifle::stats::detail::api {
namespace {

using ::testing::HasSubstr;

constexpr const char* kJson = "application/json; charset=utf-8";

struct Case {
  Answer answer;
  ErrorCode code;
  Outcome outcome;
  bool retry_is_safe;
};

constexpr Case kWrites[] = {
    {{200, "text/html", "<html>"}, ErrorCode::Storage, Outcome::Unknown, false},
    {{301, kJson, ""}, ErrorCode::Storage, Outcome::NotApplied, true},
    {{400, kJson, R"({"errors":{"detail":"Bad request"}})"}, ErrorCode::Storage, Outcome::NotApplied, false},
    {{400, kJson, R"({"errors":{"detail":"Missing X-Trifle-Source-Id header"}})"},
     ErrorCode::Storage,
     Outcome::NotApplied,
     true},
    {{400, kJson, R"({"errors":{"detail":"Invalid X-Trifle-Source-Id header"}})"},
     ErrorCode::Storage,
     Outcome::NotApplied,
     true},
    {{401, kJson, R"({"errors":{"detail":"Bad token"}})"}, ErrorCode::Storage, Outcome::NotApplied, true},
    {{402, kJson, ""}, ErrorCode::Storage, Outcome::NotApplied, true},
    {{403, kJson, R"({"errors":{"detail":"Forbidden"}})"}, ErrorCode::Storage, Outcome::NotApplied, true},
    {{404, kJson, R"({"errors":{"detail":"Page not found"}})"}, ErrorCode::Storage, Outcome::NotApplied, true},
    {{405, kJson, ""}, ErrorCode::Storage, Outcome::NotApplied, true},
    {{407, kJson, ""}, ErrorCode::Storage, Outcome::NotApplied, true},
    {{408, kJson, ""}, ErrorCode::Timeout, Outcome::NotApplied, true},
    {{409, kJson, ""}, ErrorCode::Storage, Outcome::NotApplied, false},
    {{413, kJson, ""}, ErrorCode::Storage, Outcome::NotApplied, false},
    {{415, kJson, ""}, ErrorCode::Storage, Outcome::NotApplied, true},
    {{422, kJson, ""}, ErrorCode::Storage, Outcome::NotApplied, false},
    {{425, kJson, ""}, ErrorCode::Timeout, Outcome::NotApplied, true},
    {{429, kJson, ""}, ErrorCode::Timeout, Outcome::NotApplied, true},
    {{500, kJson, R"({"errors":{"detail":"Internal server error"}})"}, ErrorCode::Storage, Outcome::Unknown, false},
    {{502, kJson, ""}, ErrorCode::Storage, Outcome::Unknown, false},
    {{503, kJson, ""}, ErrorCode::Connection, Outcome::NotApplied, true},
    {{504, kJson, ""}, ErrorCode::Storage, Outcome::Unknown, false},
    {{100, kJson, ""}, ErrorCode::Storage, Outcome::Unknown, false},
    {{0, "", ""}, ErrorCode::Storage, Outcome::Unknown, false},
};

TEST(ApiFailure, EachAnswerToAWriteSaysWhatBecameOfIt) {
  for (const auto& known : kWrites) {
    const auto found = verdict_of_write(known.answer);
    ASSERT_TRUE(found) << known.answer.status;
    EXPECT_EQ(found->code, known.code) << known.answer.status;
    EXPECT_EQ(found->outcome, known.outcome) << known.answer.status << known.answer.body;
    EXPECT_EQ(found->retry_is_safe, known.retry_is_safe) << known.answer.status << known.answer.body;
  }
}

TEST(ApiFailure, ItIsThereWhereTheApiSaysSo) {
  EXPECT_FALSE(verdict_of_write({201, kJson, R"({"data":{"created":"ok"}})"}));
  EXPECT_FALSE(verdict_of_write({200, "APPLICATION/JSON", "{\"da"})) << "a body that was cut changes nothing";
  EXPECT_FALSE(verdict_of_write({204, "", ""}));
}

TEST(ApiFailure, NoQuestionLeavesAnythingInDoubt) {
  EXPECT_FALSE(verdict_of_read({200, kJson, "{}"}));
  EXPECT_TRUE(verdict_of_read({200, "text/html", ""}));
  for (int status = 300; status < 600; ++status) {
    const auto found = verdict_of_read({status, kJson, ""});
    ASSERT_TRUE(found) << status;
    EXPECT_EQ(found->outcome, Outcome::NotApplied) << status;
    if (status >= 500) {
      EXPECT_TRUE(found->retry_is_safe) << status;
    }
  }
  EXPECT_FALSE(verdict_of_read({400, kJson, "Bad request"})->retry_is_safe);
}

TEST(ApiFailure, OnlyAMeasurementThatWasSentIsUnknown) {
  for (const bool timed_out : {false, true}) {
    for (const auto lost : {Lost::Before, Lost::Read, Lost::Write}) {
      const auto found = verdict(lost, timed_out);
      EXPECT_EQ(found.code, timed_out ? ErrorCode::Timeout : ErrorCode::Connection);
      EXPECT_EQ(found.outcome, lost == Lost::Write ? Outcome::Unknown : Outcome::NotApplied);
      EXPECT_EQ(found.retry_is_safe, lost != Lost::Write);
    }
  }
}

TEST(ApiFailure, AnErrorTellsWhatTheServerSaidAndForHowLong) {
  try {
    raise(*verdict_of_write({429, kJson, ""}), "write", 429, std::string(5000, 'x'), std::chrono::hours(48));
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the server has too many requests"));
    EXPECT_EQ(error.native_code(), 429);
    EXPECT_EQ(error.native_text().size(), 1024u);
    EXPECT_EQ(error.backend(), "api");
    EXPECT_EQ(error.retry_after(), std::chrono::hours(1)) << "a typing error on the other side isn't obeyed for days";
  }
}

}  // namespace
}  // namespace trifle::stats::detail::api
