// A series beside an earlier one, by the calendar.
#include <trifle/stats/comparison.hpp>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>

#include "made_series.hpp"

namespace {

using namespace trifle::stats;
using testing::HasSubstr;
using Unit = Granularity::Unit;

/// Rows that count from `first`.
std::vector<std::string> counted(std::size_t rows, int first = 1) {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < rows; ++row)
    texts.push_back("{\"n\":" + std::to_string(first + static_cast<int>(row)) + "}");
  return texts;
}

std::string shown(const Series& series, std::string_view path = "n") {
  std::string text;
  for (std::size_t row = 0; row < series.size(); ++row) {
    const auto value = series.value(row, path);
    text += (row > 0 ? " " : "") + (value ? value->to_string() : "-");
  }
  return text;
}

Series days(const std::string& from, std::size_t count, int first = 1, const std::string& zone = "GMT") {
  return made(counted(count, first), {.from = from, .granularity = "1d", .zone = zone});
}

TEST(Compare, TellsTheEarlierNumberTheDifferenceAndTheRatio) {
  const Series now = made({R"({"n":15,"m":1})", R"({"n":4})", R"({"n":3})", "{}"});
  const Series before = made({R"({"n":10,"k":7})", R"({"n":0})", "{}", R"({"n":5})"}, {.from = "2026-07-14T10:00:00Z"});
  const Comparison comparison = now.compare(before);
  EXPECT_EQ(values_of(comparison.current), values_of(now));
  EXPECT_EQ(comparison.previous.to_json(),
            R"({"at":["2026-07-15T10:00:00Z","2026-07-15T11:00:00Z","2026-07-15T12:00:00Z","2026-07-15T13:00:00Z"],)"
            R"("values":[{"k":7,"n":10},{"n":0},{},{"n":5}]})");
  EXPECT_EQ(values_of(comparison.difference), R"([{"n":5},{"n":4},{},{}])");
  EXPECT_EQ(values_of(comparison.ratio), R"([{"n":1.5},{},{},{}])") << "none to 0";
}

TEST(Compare, DifferencesOfIntegersAreExact) {
  const Series now = made({R"({"n":9007199254740994})"});
  const Series before = made({R"({"n":9007199254740993})"}, {.from = "2026-07-14T10:00:00Z"});
  EXPECT_EQ(now.compare(before).difference.value(0, "n"), Number(1));
}

TEST(Compare, MondayWithMondayWhereWeeksLieBetween) {
  const Series now = days("2026-07-13T00:00:00Z", 7, 11);    // Monday to Sunday
  const Series before = days("2026-07-06T00:00:00Z", 7, 1);  // the week before
  EXPECT_EQ(shown(now.compare(before).previous), "1 2 3 4 5 6 7");
  EXPECT_EQ(shown(now.compare(before).difference), "10 10 10 10 10 10 10");
}

TEST(Compare, DayTwelveWithDayTwelveWhereMonthsDo) {
  const Series march = days("2026-03-01T00:00:00Z", 31);
  const Series february = days("2026-02-01T00:00:00Z", 28, 101);
  const Comparison comparison = march.compare(february);
  EXPECT_EQ(comparison.previous.value(11, "n"), Number(112));
  EXPECT_EQ(comparison.previous.value(27, "n"), Number(128));
  EXPECT_EQ(comparison.previous.value(28, "n"), std::nullopt) << "29 March";
  EXPECT_EQ(comparison.previous.value(30, "n"), std::nullopt);
  EXPECT_EQ(february.compare(days("2026-01-01T00:00:00Z", 31)).previous.value(27, "n"), Number(28))
      << "and what the shorter month has no day for is not shown";
}

TEST(Compare, MonthEndsOverTwoMonths) {
  const Series may = days("2026-05-01T00:00:00Z", 31);
  const Series march = days("2026-03-01T00:00:00Z", 31, 1);
  EXPECT_EQ(may.compare(march).previous.value(30, "n"), Number(31));
}

TEST(Compare, ALeapDayHasNoCounterpart) {
  const Series leap = days("2024-02-27T00:00:00Z", 4);       // 27, 28, 29 February, 1 March
  const Series year = days("2023-02-27T00:00:00Z", 3, 101);  // 27, 28 February, 1 March
  EXPECT_EQ(shown(leap.compare(year).previous), "101 102 - 103");
  const Series after = days("2025-02-27T00:00:00Z", 3);
  EXPECT_EQ(shown(after.compare(leap).previous), "1 2 4") << "1 March with 1 March";
}

TEST(Compare, ThreeHundredSixtyFourDaysAreWeeks) {
  const Series now = days("2026-07-13T00:00:00Z", 2);
  EXPECT_EQ(shown(now.compare(days("2025-07-14T00:00:00Z", 2, 5)).previous), "5 6") << "Monday, Tuesday";
  EXPECT_EQ(shown(now.compare(days("2025-07-13T00:00:00Z", 2, 5)).previous), "5 6") << "day 13, day 14";
}

TEST(Compare, HoursByTheClockAcrossAChangeOfIt) {
  const std::string zone = "Europe/Bratislava";
  // 29 March 2026 has no 02:00.
  const Series spring = made(counted(23), {.from = "2026-03-28T23:00:00Z", .zone = zone});
  const Series before = made(counted(24, 101), {.from = "2026-03-27T23:00:00Z", .zone = zone});
  const Comparison comparison = spring.compare(before);
  EXPECT_EQ(comparison.previous.value(1, "n"), Number(102)) << "01:00";
  EXPECT_EQ(comparison.previous.value(2, "n"), Number(104)) << "03:00";
  EXPECT_EQ(comparison.previous.value(22, "n"), Number(124)) << "23:00";
  const Series after = made(counted(24), {.from = "2026-03-29T22:00:00Z", .zone = zone});
  EXPECT_EQ(shown(after.compare(spring).previous), "1 2 - 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23");
}

TEST(Compare, ARepeatedHourIsComparedOnce) {
  const std::string zone = "Europe/Bratislava";
  const Series autumn = made(counted(25), {.from = "2026-10-24T22:00:00Z", .zone = zone});  // 02:00 twice
  const Series before = made(counted(24, 101), {.from = "2026-10-23T22:00:00Z", .zone = zone});
  const Comparison comparison = autumn.compare(before);
  EXPECT_EQ(comparison.previous.value(2, "n"), Number(103)) << "02:00, the first";
  EXPECT_EQ(comparison.previous.value(3, "n"), std::nullopt) << "02:00, the second";
  EXPECT_EQ(comparison.previous.value(4, "n"), Number(104)) << "03:00";
  EXPECT_EQ(comparison.previous.value(24, "n"), Number(124));
  // A year apart, the change is on another day, but twice the same date of the same change stays itself.
  EXPECT_EQ(shown(autumn.compare(autumn, {.shift = CompareShift{0, Unit::Day}}).previous), shown(autumn));
}

TEST(Compare, BucketsOfSeveralHoursAreCountedWithinTheirDay) {
  const std::string zone = "Europe/Bratislava";
  const Series autumn = made(counted(5), {.from = "2026-10-24T22:00:00Z", .granularity = "6h", .zone = zone});
  const Series before = made(counted(4, 101), {.from = "2026-10-23T22:00:00Z", .granularity = "6h", .zone = zone});
  EXPECT_EQ(shown(autumn.compare(before).previous), "101 102 103 104 -") << "00, 05, 11, 17 and 23 o'clock";
}

TEST(Compare, ADayThatBeginsAtOneIsADay) {
  const std::string zone = "America/Sao_Paulo";  // on 4 November 2018, midnight was skipped
  const Series now = days("2018-11-03T12:00:00Z", 3, 1, zone);
  const Series before = days("2018-10-27T12:00:00Z", 3, 11, zone);
  EXPECT_EQ(shown(now.compare(before).previous), "11 12 13");
}

TEST(Compare, OfADayThatBeginsTwiceTheRestIsCompared) {
  const std::string zone = "America/Havana";  // on 1 November 2026, the clock shows 00:00 twice
  const Series now = days("2026-11-01T04:00:00Z", 3, 1, zone);
  const Series before = days("2026-10-25T04:00:00Z", 2, 11, zone);
  EXPECT_EQ(shown(now.compare(before).previous), "- 11 12");
  const Series month = made(counted(2), {.from = "2026-11-01T04:00:00Z", .granularity = "1mo", .zone = zone});
  const Series october = made(counted(1, 7), {.from = "2026-10-01T04:00:00Z", .granularity = "1mo", .zone = zone});
  EXPECT_EQ(shown(month.compare(october).previous), "- 7");
  EXPECT_EQ(shown(october.compare(month, {.shift = CompareShift{-1, Unit::Month}}).previous), "2");
  const Series quarters = made(counted(6), {.from = "2026-11-01T04:00:00Z", .granularity = "6h", .zone = zone});
  const Series others = made(counted(4, 11), {.from = "2026-10-31T04:00:00Z", .granularity = "6h", .zone = zone});
  EXPECT_EQ(shown(quarters.compare(others).previous), "- 11 12 13 14 -");
  EXPECT_EQ(shown(month.compare(month, {.shift = CompareShift{0, Unit::Month}}).previous), "1 2");
}

TEST(Compare, WeeksOfTwoYearsAreCounted) {
  // 2026 begins on a Thursday: four days, then the weeks from 5 January. 2025 on a Wednesday: five days, then from the
  // 6th.
  const Series now = made(counted(4), {.from = "2026-01-01T00:00:00Z", .granularity = "1w"});
  const Series before = made(counted(4, 101), {.from = "2025-01-01T00:00:00Z", .granularity = "1w"});
  EXPECT_EQ(shown(now.compare(before).previous), "101 102 103 104");
  // The first whole weeks only.
  const Series whole = made(counted(2), {.from = "2026-01-05T00:00:00Z", .granularity = "1w"});
  EXPECT_EQ(shown(whole.compare(before, {.shift = CompareShift{1, Unit::Year}}).previous), "102 103");
}

TEST(Compare, WeeksWithTheWeeksBefore) {
  const Series now = made(counted(2), {.from = "2026-07-13T00:00:00Z", .granularity = "1w"});
  const Series before = made(counted(2, 101), {.from = "2026-06-29T00:00:00Z", .granularity = "1w"});
  EXPECT_EQ(shown(now.compare(before).previous), "101 102");
}

TEST(Compare, MonthsWithThoseOfTheYearBefore) {
  const Series now = made(counted(12), {.from = "2026-01-01T00:00:00Z", .granularity = "1mo"});
  const Series before = made(counted(12, 101), {.from = "2025-01-01T00:00:00Z", .granularity = "1mo"});
  EXPECT_EQ(now.compare(before).previous.value(11, "n"), Number(112));
  const Series half = made(counted(6, 201), {.from = "2025-07-01T00:00:00Z", .granularity = "1mo"});
  EXPECT_EQ(shown(now.compare(half).previous), "201 202 203 204 205 206 - - - - - -") << "half a year before each";
}

TEST(Compare, HoursWithTheHoursBefore) {
  const Series now = made(counted(6), {.from = "2026-07-15T12:00:00Z"});
  const Series before = made(counted(6, 101), {.from = "2026-07-15T06:00:00Z"});
  EXPECT_EQ(shown(now.compare(before).previous), "101 102 103 104 105 106");
}

TEST(Compare, WhatWasSkippedInEitherStaysInItsPlace) {
  const Series now = made({"{}", R"({"n":2})", R"({"n":3})"}, {.skip_blanks = true});
  const Series before = made({"{}", "{}", R"({"n":30})"}, {.from = "2026-07-14T10:00:00Z", .skip_blanks = true});
  EXPECT_EQ(shown(now.compare(before).previous), "- 30");
}

TEST(Compare, AStatedShiftWins) {
  const Series march = days("2026-03-02T00:00:00Z", 3);          // a Monday
  const Series february = days("2026-02-01T00:00:00Z", 5, 101);  // 28 days, or a month, before: the 1st is a Sunday
  EXPECT_EQ(shown(march.compare(february, {.shift = CompareShift{28, Unit::Day}}).previous), "102 103 104");
  EXPECT_EQ(shown(march.compare(february, {.shift = CompareShift{1, Unit::Month}}).previous), "102 103 104");
  EXPECT_EQ(shown(march.compare(february, {.shift = CompareShift{1, Unit::Week}}).previous), "- - -");
  EXPECT_EQ(shown(march.compare(february).previous), "101 102 103") << "29 days lie between the beginnings";
}

TEST(Compare, IsPartialWhereEitherIs) {
  const Instant now = Instant::parse("2026-07-15T11:30:00Z");
  const Series today = made(counted(2), {.now = now});
  const Series yesterday = made(counted(2), {.from = "2026-07-14T10:00:00Z", .now = now});
  const Comparison comparison = today.compare(yesterday);
  EXPECT_TRUE(comparison.current.partial(1));
  EXPECT_FALSE(comparison.previous.partial(1));
  EXPECT_TRUE(comparison.difference.partial(1));
  EXPECT_FALSE(comparison.difference.partial(0));
  EXPECT_TRUE(comparison.ratio.partial(1));
  const Comparison turned = yesterday.compare(today);
  EXPECT_TRUE(turned.previous.partial(1));
  EXPECT_TRUE(turned.difference.partial(1));
}

TEST(Compare, WithNothingIsNothing) {
  const Series now = made(counted(2));
  EXPECT_TRUE(now.compare(Series()).previous.paths().empty());
  EXPECT_EQ(now.compare(Series()).previous.size(), 2U);
  EXPECT_TRUE(Series().compare(now).previous.empty());
}

TEST(Compare, UnlikeSeriesAreRefused) {
  const Series hours = made(counted(2));
  const auto refused = [&](const Made& how) -> std::string {
    try {
      (void)hours.compare(made(counted(2), how));
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refused({.granularity = "1d"}), HasSubstr("the granularities differ, 1h and 1d"));
  EXPECT_THAT(refused({.zone = "Asia/Kolkata"}), HasSubstr("the time zones differ, GMT and Asia/Kolkata"));
  EXPECT_THAT(refused({.week_start = std::chrono::Sunday}), HasSubstr("the week starts differ"));
}

}  // namespace
