// What is sent, and what is made of what comes back.

#include <gmock/gmock.h>

#include <trifle/stats/path.hpp>

#include "drivers/api/http_session.hpp"
#include "drivers/api/measurement_json.hpp"
#include "drivers/api/replies.hpp"

namespace trifle::stats::detail::api {
namespace {

using ::testing::ElementsAre;

Measurement measurement(Change change, const Payload& payload, bool untracked = false) {
  return {.change = change,
          .key = "orders",
          .at = Instant::parse("2026-07-15T12:37:45.25+02:00"),
          .values = payload.items(),
          .untracked = untracked};
}

TEST(ApiText, AMeasurementIsWhatTheSistersSend) {
  EXPECT_EQ(measurement_json(measurement(Change::Increment, {{"count", 1}, {"country", {{"us", 1}, {"de", 2}}}})),
            R"({"operation":"track","key":"orders","at":"2026-07-15T10:37:45.25Z",)"
            R"("values":{"count":1,"country":{"de":2,"us":1}},"untracked":false})");
  EXPECT_EQ(measurement_json(measurement(Change::Set, {{"a", 1.5}, {"b", 9007199254740993}}, true)),
            R"({"operation":"assert","key":"orders","at":"2026-07-15T10:37:45.25Z",)"
            R"("values":{"a":1.5,"b":9007199254740993},"untracked":true})");
}

TEST(ApiText, NamesAreSpelledSoThatTheServerReadsThemAsTheyAre) {
  Payload payload;
  payload.add("jobs." + Path::escape("test.rb"), 1);
  payload.add("jobs." + Path::escape("*"), 2);
  payload.add("jobs." + Path::escape("a\\b"), 3);
  payload.add("jobs.\"q\"\n", 4);
  payload.add("jobs.100%", 5);
  payload.add("東京", 6);
  EXPECT_EQ(measurement_json({.key = "k\"\\", .at = {}, .values = payload.items()}),
            R"({"operation":"track","key":"k\"\\","at":"1970-01-01T00:00:00Z","values":{"jobs":{)"
            R"("\"q\"\n":4,"\\*":2,"100%":5,"a\\\\b":3,"test\\.rb":1},"東京":6},"untracked":false})");
}

TEST(ApiText, ASeriesIsReadWhateverStandsAroundIt) {
  const auto reply = read_series_reply(R"( {"meta":[1,{"data":2}], "data" : {"extra":null,"values":[{"n":1},{}],)"
                                       R"("at":["2026-07-15T12:00:00+02:00","2026-07-15T11:00:00Z"]},"x":{}} )");
  ASSERT_TRUE(reply);
  EXPECT_THAT(reply->at, ElementsAre(1'784'109'600, 1'784'113'200));
  EXPECT_THAT(reply->values, ElementsAre("{\"n\":1}", "{}"));
  EXPECT_TRUE(read_series_reply(R"({"data":{"at":[],"values":[]}})"));
}

TEST(ApiText, WhatIsNoSeriesIsNone) {
  for (const auto* text :
       {"", "null", "[]", "{}", R"({"data":null})", R"({"data":[]})", R"({"data":{"at":["x"],"values":[{}]}})",
        R"({"data":{"at":[],"values":[{}]}})", R"({"data":{"at":[1],"values":[{}]}})",
        R"({"data":{"at":[],"values":[]}} x)", R"({"data":{"at":[],"values":[]})", R"({"data":{"at":[],"values":[}})",
        R"({"data":{"at":["2026-07-15T11:00:00Z"],"values":[{"n":)", "<html>"}) {
    EXPECT_FALSE(read_series_reply(text)) << text;
  }
}

TEST(ApiText, ABucketIsReadByItsSegments) {
  BucketReader reader;
  const auto fields = reader.read(
      R"({"count":3,"country":{"us":2.0,"a.b":{"c%":1}},"text":"no","spelled":"1.50","yes":true,"none":null,)"
      R"("list":[1],"":{"":7},"big":9007199254740993})");
  ASSERT_TRUE(fields);
  std::vector<std::pair<std::string, Number>> read;
  for (const auto& field : *fields) read.emplace_back(field.name, field.number);
  EXPECT_THAT(read, ElementsAre(std::pair<std::string, Number>("count", 3), std::pair("country.us", 2),
                                std::pair("country.a%2Eb.c%25", 1), std::pair("spelled", 1.5), std::pair(".", 7),
                                std::pair("big", Number(std::int64_t{9007199254740993}))));
  EXPECT_TRUE(reader.read("{}"));
  EXPECT_FALSE(reader.read("[]"));
  EXPECT_FALSE(reader.read(R"({"n":1e999})"));
}

TEST(ApiText, ASourceIsReadAsFarAsItTells) {
  const auto source = read_source_reply(
      R"({"data":{"api_version":"v1","server_version":"0.11.8","id":"u","type":"project","display_name":"Sh\u00f6p",)"
      R"("default_timeframe":"24h","default_granularity":"1h","available_granularities":["1m","1h"],"time_zone":"UTC"}})");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->display_name, "Shöp");
  EXPECT_EQ(source->time_zone, "UTC");
  EXPECT_EQ(source->default_granularity, "1h");
  EXPECT_THAT(source->granularities, ElementsAre("1m", "1h"));
  EXPECT_EQ(source->server_version, "0.11.8");
  EXPECT_TRUE(read_source_reply(R"({"data":{"type":null,"available_granularities":null}})"));
  EXPECT_FALSE(read_source_reply(R"({"data":[]})"));
}

TEST(ApiText, KnowsTheServersThatWouldAddWhereWeSet) {
  for (const auto* old : {"0.11.8", "0.11.7", "0.1.99", "0.11.8-rc1"}) EXPECT_TRUE(knows_no_operation(old)) << old;
  for (const auto* other : {"0.11.9", "0.12.0", "1.0.0", "", "v2", "0.11", "x.y.z", "0.11."})
    EXPECT_FALSE(knows_no_operation(other)) << other;
}

TEST(ApiText, QueriesAreEscaped) {
  EXPECT_EQ(HttpSession::escaped("a b&c=d+e%/ü:~"), "a%20b%26c%3Dd%2Be%25%2F%C3%BC%3A~");
}

}  // namespace
}  // namespace trifle::stats::detail::api
