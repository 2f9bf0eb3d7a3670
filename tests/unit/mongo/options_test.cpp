// The options and URLs that are taken, and that what libmongoc would pass over in silence is refused.

#include "drivers/mongo/options.hpp"

#include <gmock/gmock.h>
#include <trifle/stats/error.hpp>

#include "drivers/mongo/url.hpp"

namespace trifle::stats::detail::mongo {
namespace {

using namespace std::chrono_literals;
using drivers::MongoOptions;
using testing::HasSubstr;
using testing::Not;

std::string error_of(const std::string& url, const MongoOptions& options = {}) {
  try {
    drivers::mongo(url, options);
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return {};
}

TEST(MongoUrl, NamesTheDatabase) {
  EXPECT_EQ(Url("mongodb://h/metrics", {}).database(), "metrics");
  EXPECT_EQ(Url("mongodb://u:p@h1,h2:7000/metrics?replicaSet=rs", {}).database(), "metrics");
  EXPECT_EQ(Url("mongodb://h", {}).database(), "trifle_stats");
  EXPECT_EQ(Url("mongodb://h/", {}).database(), "trifle_stats");
}

TEST(MongoUrl, TakesTheOptionsUnlessItHasItsOwn) {
  const MongoOptions options{.write_concern = "2", .connect_timeout = 700ms, .reply_timeout = 800ms};
  const Url plain("mongodb://h", options);
  EXPECT_EQ(mongoc_uri_get_option_as_int32(plain.get(), MONGOC_URI_CONNECTTIMEOUTMS, 0), 700);
  EXPECT_EQ(mongoc_uri_get_option_as_int32(plain.get(), MONGOC_URI_SOCKETTIMEOUTMS, 0), 800);
  EXPECT_EQ(mongoc_write_concern_get_w(mongoc_uri_get_write_concern(plain.get())), 2);
  EXPECT_TRUE(mongoc_write_concern_get_wmajority(mongoc_uri_get_write_concern(Url("mongodb://h", {}).get())));
  const Url rule("mongodb://h", {.write_concern = "everywhere"});
  EXPECT_STREQ(mongoc_write_concern_get_wtag(mongoc_uri_get_write_concern(rule.get())), "everywhere");

  const Url own("mongodb://h/?w=1&connectTimeoutMS=5&socketTimeoutMS=6&wtimeoutMS=7", options);
  EXPECT_EQ(mongoc_uri_get_option_as_int32(own.get(), MONGOC_URI_CONNECTTIMEOUTMS, 0), 5);
  EXPECT_EQ(mongoc_uri_get_option_as_int32(own.get(), MONGOC_URI_SOCKETTIMEOUTMS, 0), 6);
  EXPECT_EQ(mongoc_write_concern_get_w(mongoc_uri_get_write_concern(own.get())), 1);
  EXPECT_EQ(mongoc_write_concern_get_wtimeout_int64(mongoc_uri_get_write_concern(own.get())), 7);
}

TEST(MongoUrl, WhatLibmongocWouldPassOverIsRefused) {
  // Each of these would be a connection in clear text, or one that isn't what was asked for.
  for (const auto* query : {"tls=yes", "ssl=1", "tsl=true", "tlsInsecure=maybe", "connectTimeoutMS=soon",
                            "retryWrites=perhaps", "nonsense=1", "readPreference=everywhere"})
    EXPECT_NE(error_of(std::string("mongodb://h/?") + query), "") << query;
  EXPECT_THAT(error_of("mongodb://h/?tls=yes"), HasSubstr("tls"));
  EXPECT_NE(error_of("mongodb://h/?tls=true&tlsInsecure=true&tlsAllowInvalidHostnames=true"), "");
  EXPECT_THAT(error_of("mongodb://h/?w=0"), HasSubstr("w=0"));
  EXPECT_EQ(error_of("mongodb://h/?tls=true&tlsCAFile=/ca.pem"), "");
  EXPECT_EQ(error_of("mongodb://h/?tls=false"), "");
}

TEST(MongoUrl, AWrongOneIsRefusedWithoutItsPassword) {
  for (const auto* url : {"", "h:27017", "http://u:hunter2@h", "mongodb://", "mongodb://u:hunter2@",
                          "mongodb://u:hun%ter2@h", "mongodb://u:hunter2@h:x", "mongodb://u:hunter2@h:70000",
                          "mongodb://u:hunter2@h/?x=y", "mongodb://h/?tlsCertificateKeyFilePassword=hunter2&tls=yes"}) {
    const auto what = error_of(url);
    EXPECT_NE(what, "") << url;
    EXPECT_THAT(what, Not(HasSubstr("hunter2"))) << url;
  }
  EXPECT_NE(error_of(std::string("mongodb://h\0x", 13)), "");
}

TEST(MongoUrl, NothingIsPrinted) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  error_of("mongodb://h/?tls=yes&nonsense=1");
  EXPECT_EQ(testing::internal::GetCapturedStderr() + testing::internal::GetCapturedStdout(), "");
}

TEST(MongoOptions, OutOfRangeAreRefused) {
  const auto refused = [](const MongoOptions& options) { EXPECT_NE(error_of("mongodb://h", options), ""); };
  EXPECT_EQ(error_of("mongodb://nobody.invalid"), "") << "nothing is connected before the first call";
  refused({.collection = ""});
  refused({.collection = "a$b"});
  refused({.collection = "system.x"});
  refused({.collection = ".x"});
  refused({.collection = std::string("a\0b", 3)});
  refused({.collection = "\xFF"});
  refused({.collection = std::string(201, 'c')});
  refused({.separator = ""});
  refused({.kept_ids = 0});
  refused({.kept_ids = 1001});
  refused({.write_concern = ""});
  refused({.write_concern = "0"});
  refused({.write_concern = "51"});
  refused({.write_concern = std::string("a\0b", 3)});
  refused({.expire_after = {{"1x", 1h}}});
  refused({.expire_after = {{"1h", 0s}}});
  EXPECT_EQ(error_of("mongodb://h", {.expire_after = {{"", 1h}, {"1h", 1s}}}), "");
  refused({.connect_timeout = 0ms});
  refused({.connect_timeout = 2h});
  refused({.reply_timeout = 0ms});
  refused({.reply_timeout = 25h});
  refused({.selection_timeout = -1ms});
  refused({.selection_timeout = 2h});
  refused({.max_readers = 0});
  refused({.max_readers = 65});
}

TEST(MongoOptions, StatusesLieWhereSistersLookForThem) {
  EXPECT_EQ(Collections({.identity = Identity::Full}).statuses, "trifle_stats_ping");
  EXPECT_EQ(Collections({.identity = Identity::Partial}).statuses, "trifle_stats_ping");
  EXPECT_EQ(Collections({.identity = Identity::Separated}).statuses, "trifle_stats");
  EXPECT_EQ(Collections({}).batches, "trifle_stats_batches");
  EXPECT_EQ(Collections({.ledger = false}).batches, "");
}

}  // namespace
}  // namespace trifle::stats::detail::mongo
