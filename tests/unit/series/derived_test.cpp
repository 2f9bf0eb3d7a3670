// Rates, deltas, running totals, windows, coarser buckets, and what becomes of partial buckets in each.
#include <trifle/stats/series.hpp>

#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>

#include "made_series.hpp"

namespace {

using namespace trifle::stats;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<bool> partial(const Series& series) {
  std::vector<bool> marks;
  for (std::size_t row = 0; row < series.size(); ++row) marks.push_back(series.partial(row));
  return marks;
}

Instant at(const std::string& text) { return Instant::parse(text); }

TEST(Partial, IsTheBucketThatWasNotOver) {
  const std::vector<std::string> rows(3, R"({"n":1})");  // 10:00, 11:00, 12:00
  EXPECT_THAT(partial(made(rows, {.now = at("2026-07-15T12:59:59Z")})), ElementsAre(false, false, true));
  EXPECT_THAT(partial(made(rows, {.now = at("2026-07-15T13:00:00Z")})), ElementsAre(false, false, false));
  EXPECT_THAT(partial(made(rows, {.now = at("2026-07-15T11:00:00Z")})), ElementsAre(false, true, true))
      << "what has not begun is not over";
  EXPECT_THAT(partial(made(rows)), ElementsAre(false, false, false)) << "nobody said when it was read";
}

TEST(Partial, KnowsWhenADayEndsInItsZone) {
  const Made how{.from = "2026-03-28T23:00:00Z", .granularity = "1d", .zone = "Europe/Bratislava"};
  auto read = [&](const std::string& now) {
    Made with = how;
    with.now = at(now);
    return partial(made({R"({"n":1})"}, with));
  };
  EXPECT_THAT(read("2026-03-29T21:59:59Z"), ElementsAre(true)) << "a day of 23 hours";
  EXPECT_THAT(read("2026-03-29T22:00:00Z"), ElementsAre(false));
}

TEST(Partial, SurvivesTheLossOfBlankBuckets) {
  const Series series =
      made({R"({"n":1})", "{}", R"({"n":3})"}, {.now = at("2026-07-15T12:10:00Z"), .skip_blanks = true});
  EXPECT_THAT(partial(series), ElementsAre(false, true));
}

TEST(Closed, LeavesOutPartialBuckets) {
  const Series series =
      made({R"({"n":1,"m":5})", R"({"n":2})", R"({"n":4,"k":9})"}, {.now = at("2026-07-15T12:10:00Z")});
  const Series closed = series.closed();
  EXPECT_EQ(values_of(closed), R"([{"m":5,"n":1},{"n":2}])");
  EXPECT_THAT(partial(closed), ElementsAre(false, false));
  EXPECT_THAT(closed.paths(), ElementsAre("m", "n"));
  EXPECT_EQ(series.sum("n"), Number(7)) << "aggregates take all as they are";
  EXPECT_EQ(closed.sum("n"), Number(3));
  EXPECT_TRUE(made({R"({"n":1})"}, {.now = at("2026-07-15T10:10:00Z")}).closed().empty());
}

TEST(Rate, IsPerSecondUnlessToldOtherwise) {
  const Series series = made({R"({"n":7200})", R"({"n":1800})", "{}"});
  EXPECT_EQ(values_of(series.rate()), R"([{"n":2},{"n":0.5},{}])");
  EXPECT_EQ(values_of(series.rate(1min)), R"([{"n":120},{"n":30},{}])");
  EXPECT_EQ(values_of(series.rate(24h)), R"([{"n":172800},{"n":43200},{}])");
}

TEST(Rate, CountsTheTimeThatReallyPassed) {
  const Made how{.from = "2026-03-27T23:00:00Z", .granularity = "1d", .zone = "Europe/Bratislava"};
  const Series days = made({R"({"n":240})", R"({"n":230})", R"({"n":240})"}, how);
  EXPECT_EQ(values_of(days.rate(1h)), R"([{"n":10},{"n":10},{"n":10}])") << "29 March has 23 hours";
  const Series months = made({R"({"n":31})", R"({"n":28})"}, {.from = "2026-01-01T00:00:00Z", .granularity = "1mo"});
  EXPECT_EQ(values_of(months.rate(24h)), R"([{"n":1},{"n":1}])");
}

TEST(Rate, OfAPartialBucketIsAbsent) {
  const Series rate = made({R"({"n":3600})", R"({"n":36})"}, {.now = at("2026-07-15T11:00:36Z")}).rate();
  EXPECT_EQ(values_of(rate), R"([{"n":1},{}])");
  EXPECT_THAT(partial(rate), ElementsAre(false, true));
}

TEST(Rate, OfNoTimeIsRefused) {
  const Series series = made({R"({"n":1})"});
  EXPECT_THROW((void)series.rate(0s), InvalidArgument);
  EXPECT_THROW((void)series.rate(-1s), InvalidArgument);
  EXPECT_THROW((void)series.rate(std::chrono::duration<double>(NAN)), InvalidArgument);
  EXPECT_THROW((void)series.rate(std::chrono::duration<double>(INFINITY)), InvalidArgument);
  EXPECT_TRUE(Series().rate().empty());
}

TEST(Delta, IsTheDifferenceToTheBucketBefore) {
  const Series series = made({R"({"n":5})", R"({"n":7.5})", "{}", R"({"n":1})", R"({"n":1})"});
  EXPECT_EQ(values_of(series.delta()), R"([{},{"n":2.5},{},{},{"n":0}])");
}

TEST(Delta, IsExact) {
  const Series series =
      made({R"({"n":9007199254740993})", R"({"n":9007199254740994})", R"({"n":-9223372036854775807})"});
  EXPECT_EQ(series.delta().value(1, "n"), Number(1));
  EXPECT_EQ(series.delta().value(2, "n"), Number(-9223372036854775807.0 - 9007199254740994.0)) << "beyond 64 bits";
}

TEST(Delta, IsPartialWhereEitherBucketIs) {
  std::vector<std::string> rows(4, R"({"n":1})");
  EXPECT_THAT(partial(made(rows, {.now = at("2026-07-15T11:30:00Z")}).delta()), ElementsAre(false, true, true, true));
}

TEST(Cumulative, IsTheSumSoFarAlsoWhereNothingCame) {
  const Series series = made({"{}", R"({"n":1})", "{}", R"({"n":2.5,"m":1})", "{}"});
  EXPECT_EQ(values_of(series.cumulative()), R"([{},{"n":1},{"n":1},{"m":1,"n":3.5},{"m":1,"n":3.5}])");
}

TEST(Cumulative, IsExact) {
  const std::vector<std::string> tenths(10, R"({"n":0.1})");
  EXPECT_EQ(made(tenths).cumulative().value(9, "n"), Number(1));
  const Series large = made({R"({"n":9223372036854775807})", R"({"n":1})", R"({"n":-2})"});
  EXPECT_EQ(large.cumulative().value(1, "n"), Number(9223372036854775808.0));
  EXPECT_EQ(large.cumulative().value(2, "n"), Number(9223372036854775806)) << "and back in 64 bits it is whole again";
}

TEST(Cumulative, IsPartialFromTheFirstPartialBucketOn) {
  const Series series = made({R"({"n":1})", R"({"n":2})"}, {.now = at("2026-07-15T11:30:00Z")});
  EXPECT_THAT(partial(series.cumulative()), ElementsAre(false, true));
  EXPECT_EQ(values_of(series.cumulative()), R"([{"n":1},{"n":3}])");
}

TEST(Rolling, AggregatesEachBucketAndThoseBefore) {
  const Series series = made({R"({"n":1})", R"({"n":2})", "{}", R"({"n":6})", "{}", "{}", "{}"});
  EXPECT_EQ(values_of(series.rolling(3, Aggregator::Mean)), R"([{},{},{"n":1.5},{"n":4},{"n":6},{"n":6},{}])");
  EXPECT_EQ(values_of(series.rolling(3, Aggregator::Sum)), R"([{},{},{"n":3},{"n":8},{"n":6},{"n":6},{}])");
  EXPECT_EQ(values_of(series.rolling(2, Aggregator::Min)), R"([{},{"n":1},{"n":2},{"n":6},{"n":6},{},{}])");
  EXPECT_EQ(values_of(series.rolling(2, Aggregator::Count)), R"([{},{"n":2},{"n":1},{"n":1},{"n":1},{"n":0},{"n":0}])");
}

TEST(Rolling, OfOneBucketIsTheBucket) {
  const Series series = made({R"({"n":1})", "{}", R"({"n":0.5})"});
  EXPECT_EQ(values_of(series.rolling(1, Aggregator::Sum)), values_of(series));
}

TEST(Rolling, IsAbsentWhereTheWindowIsNotFull) {
  const Series series = made({R"({"n":1})", R"({"n":2})"});
  EXPECT_TRUE(series.rolling(3, Aggregator::Sum).paths().empty());
  EXPECT_EQ(series.rolling(3, Aggregator::Sum).size(), 2U);
  EXPECT_TRUE(series.rolling(1'000'000'000'000, Aggregator::Max).paths().empty()) << "and no such window is kept";
  EXPECT_THROW((void)series.rolling(0, Aggregator::Sum), InvalidArgument);
}

TEST(Rolling, FractionsThatLeftTheWindowLeaveNothing) {
  const Series series = made({R"({"n":1e17})", R"({"n":0.1})", R"({"n":0.2})", R"({"n":0.3})"});
  EXPECT_EQ(series.rolling(2, Aggregator::Sum).value(3, "n"), Number(0.5));
}

TEST(Rolling, IsPartialWhereOneOfItsBucketsIs) {
  const std::vector<std::string> rows(4, R"({"n":1})");
  EXPECT_THAT(partial(made(rows, {.now = at("2026-07-15T13:30:00Z")}).rolling(2, Aggregator::Sum)),
              ElementsAre(false, false, false, true));
  // The first week of these is covered by one day only.
  const Series weeks =
      made({R"({"n":1})", R"({"n":1})", "{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}", "{}"},
           {.from = "2026-07-19T00:00:00Z", .granularity = "1d"})
          .rebucket("1w");
  EXPECT_THAT(partial(weeks), ElementsAre(true, false, false));
  EXPECT_THAT(partial(weeks.rolling(2, Aggregator::Sum)), ElementsAre(true, true, false));
}

TEST(Rebucket, SumsInTheSeriesZone) {
  std::vector<std::string> hours(25, R"({"n":1})");
  const Series days = made(hours, {.from = "2026-10-24T22:00:00Z", .zone = "Europe/Bratislava"}).rebucket("1d");
  EXPECT_EQ(days.to_json(), R"({"at":["2026-10-25T00:00:00+02:00"],"values":[{"n":25}]})") << "a day of 25 hours";
  EXPECT_THAT(partial(days), ElementsAre(false));
  EXPECT_EQ(days.granularity(), Granularity("1d"));
}

TEST(Rebucket, HasEveryBucketAndNoZeros) {
  const Series months =
      made({R"({"n":1})", "{}", "{}", R"({"n":2,"m":0.5})"}, {.from = "2026-01-01T00:00:00Z", .granularity = "1mo"});
  EXPECT_EQ(values_of(months.rebucket("1q")), R"([{"n":1},{"m":0.5,"n":2}])");
  const Series far = made({R"({"n":1})", "{}", "{}", R"({"n":2})"},
                          {.from = "2026-01-01T00:00:00Z", .granularity = "1d", .skip_blanks = true});
  EXPECT_EQ(values_of(far.rebucket("1d")), R"([{"n":1},{},{},{"n":2}])");
}

TEST(Rebucket, WeeksKeepNewYearsPartialWeek) {
  const Made how{.from = "2026-12-28T00:00:00Z", .granularity = "1d"};
  const Series weeks = made(std::vector<std::string>(14, R"({"n":1})"), how).rebucket("1w");
  EXPECT_EQ(weeks.to_json(), R"({"at":["2026-12-28T00:00:00Z","2027-01-01T00:00:00Z","2027-01-04T00:00:00Z"],)"
                             R"("values":[{"n":4},{"n":3},{"n":7}]})");
}

TEST(Rebucket, EndsThatAreCoveredInPartArePartial) {
  const Series days =
      made(std::vector<std::string>(30, R"({"n":1})")).rebucket("1d");  // from 10:00 to 16:00 the next day
  EXPECT_THAT(partial(days), ElementsAre(true, true));
  EXPECT_EQ(values_of(days), R"([{"n":14},{"n":16}])");
  const Series whole =
      made(std::vector<std::string>(48, R"({"n":1})"), {.from = "2026-07-15T00:00:00Z"}).rebucket("1d");
  EXPECT_THAT(partial(whole), ElementsAre(false, false));
}

TEST(Rebucket, ABucketWithAPartialOneIsPartial) {
  const Made how{.from = "2026-07-15T00:00:00Z", .now = at("2026-07-16T20:30:00Z")};
  EXPECT_THAT(partial(made(std::vector<std::string>(48, R"({"n":1})"), how).rebucket("1d")), ElementsAre(false, true));
}

TEST(Rebucket, BlankEndsThatWereLeftOutWereCoveredAllTheSame) {
  std::vector<std::string> hours(48, "{}");
  hours[5] = R"({"n":1})";
  const Series days = made(hours, {.from = "2026-07-15T00:00:00Z", .skip_blanks = true}).rebucket("1d");
  EXPECT_EQ(values_of(days), R"([{"n":1},{}])");
  EXPECT_THAT(partial(days), ElementsAre(false, false));
}

TEST(Rebucket, OfClosedBucketsEndsWithThem) {
  const Made how{.from = "2026-07-15T00:00:00Z", .now = at("2026-07-16T20:30:00Z")};
  const Series closed = made(std::vector<std::string>(48, R"({"n":1})"), how).closed();
  EXPECT_EQ(values_of(closed.rebucket("1d")), R"([{"n":24},{"n":20}])");
  EXPECT_THAT(partial(closed.rebucket("1d")), ElementsAre(false, true)) << "20 of 24 hours";
}

TEST(Rebucket, BucketsThatWouldBelongToTwoAreRefused) {
  const Series weeks =
      made(std::vector<std::string>(5, R"({"n":1})"), {.from = "2026-01-05T00:00:00Z", .granularity = "1w"});
  try {
    (void)weeks.rebucket("1mo");
    FAIL();
  } catch (const InvalidArgument& error) {
    EXPECT_THAT(error.what(), HasSubstr("the bucket of 1w from 2026-01-26T00:00:00Z is in more than one of 1mo"));
  }
  const Series days = made({R"({"n":1})", R"({"n":1})"}, {.from = "2026-01-05T00:00:00Z", .granularity = "1d"});
  EXPECT_THROW((void)days.rebucket("1h"), InvalidArgument) << "finer";
  EXPECT_THROW((void)days.rebucket("1x"), InvalidArgument);
  EXPECT_EQ(values_of(days.rebucket("1d")), values_of(days));
  EXPECT_TRUE(Series().rebucket("1d").empty());
}

TEST(Derived, ShareTheBucketsOfTheirSeries) {
  const Series series = made({R"({"n":1})", R"({"n":2})"}, {.zone = "Asia/Kolkata"});
  EXPECT_EQ(series.delta().columns().frame(), series.columns().frame());
  EXPECT_EQ(series.rate().bucketing().time_zone(), "Asia/Kolkata");
  EXPECT_EQ(series.cumulative().granularity(), Granularity("1h"));
}

}  // namespace
