#include <trifle/stats/status.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include <trifle/stats/error.hpp>

#include "values/status_text.hpp"

namespace trifle::stats {
namespace {

StatusValues sample() {
  return {
      {"queue", 12}, {"state", "idle"}, {"busy", false}, {"last", nullptr}, {"load", {{"one", 0.25}, {"v1\\.2", 3}}}};
}

TEST(StatusValues, HoldsEveryKindOfLeaf) {
  const StatusValues values = sample();
  EXPECT_EQ(values["queue"], StatusValue(Number(12)));
  EXPECT_EQ(values["state"], StatusValue("idle"));
  EXPECT_EQ(values["busy"], StatusValue(false));
  EXPECT_EQ(values["last"], StatusValue(nullptr));
  EXPECT_EQ(values["load.one"], StatusValue(Number(0.25)));
  EXPECT_EQ(values["load.v1\\.2"], StatusValue(Number(3)));
  EXPECT_EQ(values["load"], std::nullopt) << "a map is no value";
  EXPECT_EQ(values["nothing"], std::nullopt);
  EXPECT_EQ(values["\xff"], std::nullopt);
}

TEST(StatusValues, WritesNestedJsonInOrder) {
  EXPECT_EQ(sample().to_json(), R"({"busy":false,"last":null,"load":{"one":0.25,"v1.2":3},"queue":12,"state":"idle"})");
  EXPECT_EQ(StatusValues().to_json(), "{}");
  EXPECT_EQ((StatusValues{{"big", 9007199254740993}, {"text", "\"\\\n\x01é"}}.to_json()),
            "{\"big\":9007199254740993,\"text\":\"\\\"\\\\\\n\\u0001é\"}");
}

TEST(StatusValues, ShowsTheMapWhereANameIsBoth) {
  const StatusValues values{{"a", 1}, {"a-b", 2}, {"a.b", 3}};
  EXPECT_EQ(values.to_json(), R"({"a":{"b":3},"a-b":2})");
  EXPECT_EQ(values["a"], std::nullopt);
  EXPECT_EQ(values["a.b"], StatusValue(Number(3)));
}

TEST(StatusValues, RefusesWhatCantBeStored) {
  StatusValues values;
  EXPECT_THROW(values.set("a", Number(std::nan(""))), InvalidArgument);
  EXPECT_THROW(values.set("a", Number(HUGE_VAL)), InvalidArgument);
  EXPECT_THROW(values.set("\xff", true), InvalidArgument);
  EXPECT_THROW(values.set("a", std::string("\xff")), InvalidArgument);
  EXPECT_THROW((StatusValues{{"a", std::initializer_list<StatusEntry>{}}}), InvalidArgument);
  EXPECT_TRUE(values.empty());
  values.set("a", 1).set("a", "two");
  EXPECT_EQ(values["a"], StatusValue("two"));
}

TEST(StatusText, PacksAsTheFamilyDoes) {
  EXPECT_EQ(detail::pack_status({{"queue", 12}, {"state", {{"now", "idle"}, {"$x", 1}}}}, 1784109600),
            R"({"data.queue":12,"data.state.%24x":1,"data.state.now":"idle","at":1784109600})");
  EXPECT_EQ(detail::pack_status({}, -1), R"({"at":-1})");
}

TEST(StatusText, ReadsBackWhatItPacked) {
  StatusValues read;
  std::optional<std::int64_t> at;
  ASSERT_FALSE(detail::unpack_status(detail::pack_status(sample(), 1784109600), read, at));
  EXPECT_EQ(read, sample());
  EXPECT_EQ(at, 1784109600);
}

TEST(StatusText, ReadsWhatSistersWrote) {
  struct Written {
    const char* json;
    const char* values;
    std::optional<std::int64_t> at;
  };
  const Written all[] = {
      {R"({"data.queue":12,"at":1784109600})", R"({"queue":12})", 1784109600},
      {R"({"data":{"queue":12,"a":{"b":true}},"at":1784109600})", R"({"a":{"b":true},"queue":12})", 1784109600},
      {R"({"data.q":1,"at":"2026-07-15 10:37:45 UTC"})", R"({"q":1})", 1784111865},
      {R"({"data.q":1,"at":"2026-07-15 12:37:45 +0200"})", R"({"q":1})", 1784111865},
      {R"({"data.q":1,"at":"2026-07-15 05:07:45 -0530"})", R"({"q":1})", 1784111865},
      {R"({"data.q":1,"at":"1784109600"})", R"({"q":1})", 1784109600},
      {R"({"data.q":1,"at":1784109600.75})", R"({"q":1})", 1784109600},
      {R"({"data.q":1,"at":"2026-13-15 10:37:45 UTC"})", R"({"q":1})", std::nullopt},
      {R"({"data.q":1,"at":"yesterday"})", R"({"q":1})", std::nullopt},
      {R"({"data.list":[1,2],"data.code":"5","data.$x":1})", R"({"$x":1,"code":"5"})", std::nullopt},
      {R"({})", R"({})", std::nullopt},
  };
  for (const auto& [json, values, at] : all) {
    StatusValues read;
    std::optional<std::int64_t> read_at;
    ASSERT_FALSE(detail::unpack_status(json, read, read_at)) << json;
    EXPECT_EQ(read.to_json(), values) << json;
    EXPECT_EQ(read_at, at) << json;
  }
}

TEST(StatusText, SaysWhereItIsBroken) {
  StatusValues read;
  const auto fault = detail::unpack_status(R"({"data.a":tru})", read);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, detail::RowFault::Kind::Corrupt);
  EXPECT_THAT(fault->reason, testing::HasSubstr("byte 10"));
}

}  // namespace
}  // namespace trifle::stats
