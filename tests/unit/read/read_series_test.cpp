#include "read/read_series.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>

#include "fake_row_driver.hpp"

namespace {

using namespace trifle::stats;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t kTen = 1784109600;  // 2026-07-15T10:00:00Z
constexpr std::int64_t kHour = 3600;

Instant hour(int index) { return Instant::from_unix(kTen + index * kHour); }

Series read(FakeRowDriver& driver, int hours = 3, bool skip_blanks = false) {
  return detail::read_series(driver, "k", Granularity("1h"), hour(0), hour(hours - 1), Bucketing(), 100, skip_blanks);
}

std::string values_of(const Series& series) {
  const std::string json = series.to_json();
  return json.substr(json.find("\"values\":") + 9);
}

TEST(ReadSeries, AsksForTheTimelineInTheZone) {
  FakeRowDriver driver({});
  const Series series =
      detail::read_series(driver, "event::signup", Granularity("1d"), Instant::from_unix(kTen),
                          Instant::from_unix(kTen + 30 * kHour), Bucketing("Europe/Bratislava"), 100, false);
  EXPECT_EQ(driver.key, "event::signup");
  EXPECT_EQ(driver.granularity, "1d");
  EXPECT_THAT(driver.buckets, ElementsAre(1784066400, 1784152800));  // 2026-07-15 and 16, 00:00+02:00
  EXPECT_EQ(series.to_json(), R"({"at":["2026-07-15T00:00:00+02:00","2026-07-16T00:00:00+02:00"],"values":[{},{}]})");
  EXPECT_EQ(series.granularity(), Granularity("1d"));
}

TEST(ReadSeries, PutsEachRowInItsBucket) {
  FakeRowDriver driver({{kTen, R"({"count":1})"}, {kTen + 2 * kHour, R"({"count":3,"country.us":2})"}});
  EXPECT_EQ(values_of(read(driver)), R"([{"count":1},{},{"count":3,"country":{"us":2}}]})");
}

TEST(ReadSeries, TakesRowsInAnyOrder) {
  FakeRowDriver driver({{kTen + 2 * kHour, R"({"n":3})"}, {kTen, R"({"n":1})"}, {kTen + kHour, R"({"n":2})"}});
  EXPECT_EQ(values_of(read(driver)), R"([{"n":1},{"n":2},{"n":3}]})");
}

TEST(ReadSeries, SumsTheSpellingsOfAPath) {
  FakeRowDriver driver({{kTen, R"({"country.us":1,"country":{"us":2,"de":4},"country.us":10})"}});
  EXPECT_EQ(values_of(read(driver, 1)), R"([{"country":{"de":4,"us":13}}]})");
}

TEST(ReadSeries, SumsTheRowsOfABucket) {
  // The same bucket, once as `…00Z` and once as `…00.000000Z`.
  FakeRowDriver driver({{kTen, R"({"n":1,"m":0.5})"}, {kTen, R"({"n":2})"}, {kTen + kHour, R"({"n":4})"}});
  EXPECT_EQ(values_of(read(driver, 2)), R"([{"m":0.5,"n":3},{"n":4}]})");
}

TEST(ReadSeries, ReadsNumbersAsEveryGenerationSpellsThem) {
  FakeRowDriver driver(
      {{kTen, R"({"a":3.0000000000,"b":6.0,"c":2.0e+21,"d":2.0e-07,"e":9007199254740993,"f":"5","g":1e+21})"}});
  EXPECT_EQ(values_of(read(driver, 1)), R"([{"a":3,"b":6,"c":2e+21,"d":2e-07,"e":9007199254740993,"f":5,"g":1e+21}]})");
}

TEST(ReadSeries, LeavesThatAreNoNumbersAreAbsent) {
  FakeRowDriver driver({{kTen, R"({"a":"text","b":null,"c":true,"d":[1,2],"e":1})"}});
  const Series series = read(driver, 1);
  EXPECT_EQ(values_of(series), R"([{"e":1}]})");
  EXPECT_THAT(series.paths(), ElementsAre("e"));
}

TEST(ReadSeries, RowsOffTheTimelineAreNotRead) {
  FakeRowDriver driver(
      {{kTen - 1, R"({"n":1})"}, {kTen + 60, "broken"}, {kTen + 9 * kHour, R"({"n":2})"}, {kTen, R"({"n":4})"}});
  EXPECT_EQ(values_of(read(driver, 1)), R"([{"n":4}]})");
}

TEST(ReadSeries, LeavesOutBlanksOnRequest) {
  FakeRowDriver driver(
      {{kTen + kHour, R"({"n":1})"}, {kTen + 2 * kHour, R"({"state":"idle"})"}, {kTen + 3 * kHour, R"({"n":2})"}});
  EXPECT_EQ(read(driver, 5, true).to_json(),
            R"({"at":["2026-07-15T11:00:00Z","2026-07-15T13:00:00Z"],"values":[{"n":1},{"n":2}]})");
}

TEST(ReadSeries, ARowThatCannotBeReadIsNamed) {
  FakeRowDriver driver({{kTen, R"({"v":1})"}, {kTen + kHour, R"({"v":Inf})"}});
  try {
    read(driver);
    FAIL() << "no error";
  } catch (const CorruptData& error) {
    EXPECT_THAT(error.what(), HasSubstr("values: "));
    EXPECT_THAT(error.what(), HasSubstr("key k, granularity 1h, bucket 2026-07-15T11:00:00Z"));
    EXPECT_EQ(error.operation(), "values");
    EXPECT_EQ(error.backend(), "fake");
    EXPECT_FALSE(error.retry_is_safe());
    ASSERT_THAT(error.rows(), SizeIs(1));
    EXPECT_EQ(error.rows()[0].key, "k");
    EXPECT_EQ(error.rows()[0].granularity, "1h");
    EXPECT_EQ(error.rows()[0].at, hour(1));
    EXPECT_FALSE(error.rows()[0].retry_is_safe);
    EXPECT_FALSE(error.rows()[0].reason.empty());
  }
}

TEST(ReadSeries, ASumThatIsNotFiniteIsNamed) {
  FakeRowDriver driver({{kTen, R"({"a.b":1e308,"c":1})"}, {kTen + kHour, R"({"a.b":1e308,"a":{"b":1e308}})"}});
  try {
    read(driver);
    FAIL() << "no error";
  } catch (const CorruptData& error) {
    EXPECT_THAT(error.what(), HasSubstr("bucket 2026-07-15T11:00:00Z"));
    EXPECT_THAT(error.what(), HasSubstr("a.b"));
    ASSERT_THAT(error.rows(), SizeIs(1));
    EXPECT_EQ(error.rows()[0].at, hour(1));
  }
}

TEST(ReadSeries, TooLongARangeIsRefusedBeforeAnythingIsRead) {
  FakeRowDriver driver({});
  EXPECT_THROW(detail::read_series(driver, "k", Granularity("1h"), hour(0), hour(100), Bucketing(), 100, false),
               InvalidArgument);
  EXPECT_EQ(driver.reads, 0);
  EXPECT_EQ(read(driver, 100).size(), 100U);
}

TEST(ReadSeries, ARangeThatEndsBeforeItBeginsIsEmptyAndAsksNobody) {
  FakeRowDriver driver({});
  EXPECT_TRUE(detail::read_series(driver, "k", Granularity("1h"), hour(2), hour(0), Bucketing(), 100, false).empty());
  EXPECT_EQ(driver.reads, 0);
}

TEST(ReadSeries, RowsThatComeTakenApartJoinTheOthers) {
  FakeRowDriver driver({{kTen, R"({"n":1,"a%2Eb":2})"}});
  driver.more = [](detail::RowSink& sink) {
    const detail::Field fields[] = {{"a%2Eb", 3}, {"m", 2.5}};
    sink.fields(kTen, fields);
    sink.fields(kTen + 1, fields);  // off the timeline
  };
  EXPECT_EQ(values_of(read(driver, 1)), R"([{"a.b":5,"m":2.5,"n":1}]})");
}

TEST(ReadSeries, WhatADriverThrowsPassesThrough) {
  FakeRowDriver driver({});
  driver.more = [](detail::RowSink&) { throw StorageError("no such table"); };
  EXPECT_THROW(read(driver), StorageError);
}

}  // namespace
