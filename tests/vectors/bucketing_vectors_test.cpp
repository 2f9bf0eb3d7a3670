// Every case of the family's published bucketing vectors.

#include <chrono>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <trifle/stats/bucketing.hpp>

#include "time/cell_cache.hpp"

namespace trifle::stats {
namespace {

using nlohmann::json;

const json& vectors() {
  static const json loaded = json::parse(std::ifstream(TRIFLE_TEST_DATA "/vectors/bucketing.json"));
  return loaded;
}

std::chrono::weekday weekday_named(const std::string& name) {
  static const std::map<std::string, unsigned> days = {{"sunday", 0},   {"monday", 1}, {"tuesday", 2}, {"wednesday", 3},
                                                       {"thursday", 4}, {"friday", 5}, {"saturday", 6}};
  return std::chrono::weekday(days.at(name));
}

Bucketing bucketing_of(const json& test) {
  return Bucketing(test.at("tz").get<std::string>(), weekday_named(test.value("beginning_of_week", "monday")));
}

Instant instant_of(const json& test, const char* member) {
  return Instant::from_unix(test.at(member).get<std::int64_t>());
}

// The label is the same instant, and it is what we write; but clocks announced for later than the vectors' tzdata
// (2025b) may have been changed since, and UTC is +00:00 there and Z here.
void expect_label(const Bucketing& bucketing, Instant at, const std::string& label) {
  EXPECT_EQ(Instant::parse(label), at);
  if (at >= Instant::parse("2026-01-01T00:00:00Z")) return;
  std::string text = bucketing.format(at);
  if (text.back() == 'Z') text.replace(text.size() - 1, 1, "+00:00");
  EXPECT_EQ(text, label);
}

TEST(BucketingVectors, floors) {
  const json& tests = vectors().at("floor");
  ASSERT_EQ(tests.size(), 1699u);
  for (const json& test : tests) {
    const Bucketing bucketing = bucketing_of(test);
    const Granularity granularity(test.at("granularity").get<std::string>());
    const Instant at = instant_of(test, "at");
    const Instant bucket = bucketing.floor(at, granularity);
    EXPECT_EQ(bucket, instant_of(test, "bucket")) << test;
    expect_label(bucketing, at, test.at("at_local"));
    expect_label(bucketing, bucket, test.at("bucket_local"));

    detail::CellCache cache(bucketing, {granularity});
    EXPECT_EQ(cache.find(at.unix_seconds()).floors[0], bucket.unix_seconds()) << test;
  }
}

TEST(BucketingVectors, timelines) {
  const json& tests = vectors().at("timeline");
  ASSERT_EQ(tests.size(), 60u);
  for (const json& test : tests) {
    std::vector<std::int64_t> points;
    const Granularity granularity(test.at("granularity").get<std::string>());
    for (const Instant at : bucketing_of(test).timeline(instant_of(test, "from"), instant_of(test, "to"), granularity))
      points.push_back(at.unix_seconds());
    EXPECT_EQ(points, test.at("complete").get<std::vector<std::int64_t>>()) << test;
  }
}

TEST(BucketingVectors, additions) {
  const json& tests = vectors().at("add");
  ASSERT_EQ(tests.size(), 16u);
  for (const json& test : tests) {
    const Bucketing bucketing = bucketing_of(test);
    const auto unit = Granularity("1" + test.at("unit").get<std::string>()).unit();
    const Instant result = bucketing.add(instant_of(test, "at"), test.at("add").get<int>(), unit);
    EXPECT_EQ(result, instant_of(test, "result")) << test;
    expect_label(bucketing, result, test.at("result_local"));
  }
}

}  // namespace
}  // namespace trifle::stats
