#include <gmock/gmock.h>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/api.hpp>

#include "drivers/api/endpoint.hpp"

namespace trifle::stats {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal(const drivers::ApiOptions& options) {
  try {
    (void)drivers::api(options);
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return {};
}

std::string base_of(const std::string& url) {
  return detail::api::Endpoint({.url = url, .token = "t", .clear_text = true}).base;
}

TEST(ApiOptions, WhatIsWrongIsRefusedByName) {
  EXPECT_EQ(refusal({.token = "t"}), "");
  EXPECT_THAT(refusal({}), HasSubstr("the option token is empty"));
  for (const auto* token : {"a b", "a\r\nX-Other: 1", "a\n", "a\x7f", "tok\xc3\xa9n"})
    EXPECT_THAT(refusal({.token = token}), AllOf(HasSubstr("the option token"), Not(HasSubstr(token))));
  EXPECT_THAT(refusal({.token = "t", .source_id = "a\r\nb"}), HasSubstr("source_id"));
  EXPECT_THAT(refusal({.token = "t", .timeout = 0ms}), HasSubstr("timeout (milliseconds) is 0"));
  EXPECT_THAT(refusal({.token = "t", .connect_timeout = 2h}), HasSubstr("connect_timeout"));
  EXPECT_THAT(refusal({.token = "t", .max_readers = 0}), HasSubstr("max_readers is 0"));
}

TEST(ApiOptions, TheUrlIsAnAddressAndNothingElse) {
  const auto refused = [](const std::string& url) { return refusal({.url = url, .token = "t"}); };
  EXPECT_THAT(refused("app.trifle.io"), HasSubstr("is no URL"));
  EXPECT_THAT(refused(""), HasSubstr("is no URL"));
  EXPECT_THAT(refused("ftp://app.trifle.io"), HasSubstr("begins with ftp://"));
  EXPECT_THAT(refused("https://user:hunter2@app.trifle.io"), AllOf(HasSubstr("a password"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(refused("https://app.trifle.io/?token=hunter2"),
              AllOf(HasSubstr("parameters"), Not(HasSubstr("hunter2"))));
  EXPECT_EQ(base_of("https://app.trifle.io"), "https://app.trifle.io/api/v1");
  EXPECT_EQ(base_of("https://app.trifle.io//"), "https://app.trifle.io/api/v1");
  EXPECT_EQ(base_of("https://h.example:8443/stats/"), "https://h.example:8443/stats/api/v1");
  EXPECT_EQ(base_of("https://h.example/api/v1"), "https://h.example/api/v1");
}

TEST(ApiOptions, TheTokenLeavesThisMachineInClearTextOnlyWhereThatIsSaid) {
  EXPECT_THAT(refusal({.url = "http://stats.example", .token = "t"}), HasSubstr("clear text"));
  EXPECT_EQ(refusal({.url = "http://stats.example", .token = "t", .clear_text = true}), "");
  for (const auto* url : {"http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080"})
    EXPECT_EQ(refusal({.url = url, .token = "t"}), "") << url;
}

TEST(ApiOptions, ItsTraitsSayWhatItCannotDo) {
  Stats stats(drivers::api({.token = "t"}));
  const auto& traits = stats.describe();
  EXPECT_EQ(traits.backend, "api");
  EXPECT_EQ(traits.atomicity, Atomicity::Measurement);
  EXPECT_FALSE(traits.ledger);
  EXPECT_FALSE(traits.own_buckets);
  EXPECT_FALSE(traits.statuses);
  EXPECT_FALSE(traits.exact_integers);
  EXPECT_THROW(stats.beam("k", Instant::now(), {{"a", 1}}), InvalidArgument);
  EXPECT_THROW(stats.scan("k"), InvalidArgument);
}

TEST(ApiOptions, SystemRowsCannotBeSwitchedOff) {
  try {
    Stats stats(drivers::api({.token = "t"}), {.system_tracking = false});
    FAIL();
  } catch (const InvalidArgument& error) {
    EXPECT_THAT(error.what(), HasSubstr("the option system_tracking is false"));
  }
}

TEST(ApiOptions, WhatNoDriverTakesIsRefusedBeforeItIsQueued) {
  Stats stats(drivers::api({.url = "http://127.0.0.1:1", .token = "t"}));
  EXPECT_THROW(stats.track("", Instant::now(), {{"n", 1}}), InvalidArgument);
  EXPECT_THROW(stats.track("k", Instant::now(), {}), InvalidArgument);
  EXPECT_THROW(stats.track("k", Instant::now(), {{"a", 1}, {"a", {{"b", 1}}}}), InvalidArgument);
  EXPECT_THROW(stats.track(std::string(256, 'k'), Instant::now(), {{"n", 1}}), InvalidArgument);
  EXPECT_EQ(stats.health().queued_operations, 0u);
}

}  // namespace
}  // namespace trifle::stats
