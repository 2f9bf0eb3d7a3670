#include "charts/chart_data.hpp"

#include <limits>

#include <gmock/gmock.h>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>

#include "chart_fixture.hpp"

namespace {

using namespace trifle::cli;
using ::testing::ElementsAre;
using trifle::stats::Bucketing;
using trifle::stats::Granularity;
using trifle::stats::Instant;
using trifle::stats::Number;
using trifle::test::chart_of;
using trifle::test::kNone;
using trifle::test::Numbers;

TEST(ChartData, FoldsWhatIsThere) {
  const Numbers numbers{1, kNone, 5, 3};
  EXPECT_EQ(fold_numbers(numbers, 0, 4, Fold::Sum), Number(9));
  EXPECT_EQ(fold_numbers(numbers, 0, 4, Fold::Mean), Number(3));
  EXPECT_EQ(fold_numbers(numbers, 0, 4, Fold::Min), Number(1));
  EXPECT_EQ(fold_numbers(numbers, 0, 4, Fold::Max), Number(5));
  EXPECT_EQ(fold_numbers(numbers, 1, 1, Fold::Sum), std::nullopt);
  EXPECT_EQ(fold_numbers(numbers, 3, 9, Fold::Sum), Number(3));
}

TEST(ChartData, SumsOfIntegersAreExact) {
  const std::int64_t big = (std::int64_t{1} << 60) + 1;
  EXPECT_EQ(fold_numbers({big, 2}, 0, 2, Fold::Sum), Number(big + 2));
}

TEST(ChartData, PutsBucketsTogetherFromTheFirstOn) {
  const auto data = chart_of("2026-07-15T00:00:00Z", "1h", {{"a", {1, 2, 3, kNone, 5, 6, 7}}});
  const auto by_three = folded(data, 3, Fold::Sum);
  EXPECT_THAT(by_three.lines[0].values, ElementsAre(Number(6), Number(11), Number(7)));
  EXPECT_THAT(by_three.starts, ElementsAre(data.starts[0], data.starts[3], data.starts[6]));
  EXPECT_EQ(by_three.end, data.end);
  EXPECT_EQ(by_three.last_count, 1u);
  EXPECT_TRUE(by_three.partial());  // one bucket is no match for three
  EXPECT_FALSE(folded(data, 7, Fold::Sum).partial());
  EXPECT_FALSE(folded(data, 1, Fold::Sum).partial());
}

TEST(ChartData, PointsAreRoundSpansOfTime) {
  const auto rounded = [](std::size_t per_point, const char* granularity) {
    return round_per_point(per_point, Granularity(granularity));
  };
  EXPECT_EQ(rounded(1, "1h"), 1u);
  EXPECT_EQ(rounded(5, "1h"), 6u);
  EXPECT_EQ(rounded(13, "1h"), 24u);
  EXPECT_EQ(rounded(7, "1m"), 10u);
  EXPECT_EQ(rounded(2, "15m"), 2u);  // half an hour
  EXPECT_EQ(rounded(3, "15m"), 4u);  // an hour
  EXPECT_EQ(rounded(2, "1d"), 7u);
  EXPECT_EQ(rounded(400, "1h"), 400u);  // nothing round that is so long
  EXPECT_EQ(rounded(3, "7h"), 24u);     // a week
}

TEST(ChartData, ItsRangeHoldsZeroAndLeavesOutWhatNobodyCanDraw) {
  const double infinite = std::numeric_limits<double>::infinity();
  const auto data = chart_of("2026-07-15T00:00:00Z", "1h", {{"a", {5, 7, infinite}}, {"b", {-2, kNone, kNone}}});
  EXPECT_EQ(data.lowest(), -2);
  EXPECT_EQ(data.highest(), 7);
  EXPECT_EQ(chart_of("2026-07-15T00:00:00Z", "1h", {{"a", {5, 7}}}).lowest(), 0);
}

TEST(ChartData, ABucketEndsWhereTheNextBegins) {
  const Bucketing zone("Europe/Bratislava");
  const auto end = [&](const char* start, const char* granularity) {
    return zone.format(end_of_bucket(zone, Instant::parse(start), Granularity(granularity)));
  };
  EXPECT_EQ(end("2026-10-25T00:00:00+02:00", "1d"), "2026-10-26T00:00:00+01:00");  // 25 hours
  EXPECT_EQ(end("2026-12-28T00:00:00+01:00", "1w"), "2027-01-01T00:00:00+01:00");  // cut short by New Year
  EXPECT_EQ(end("2026-07-15T10:00:00+02:00", "1h"), "2026-07-15T11:00:00+02:00");
  EXPECT_EQ(end("2026-02-01T00:00:00+01:00", "1mo"), "2026-03-01T00:00:00+01:00");
}

TEST(ChartData, TakesItsNumbersFromASeries) {
  trifle::Stats stats{trifle::stats::drivers::process(), {.granularities = {"1h"}, .buffer = {.enabled = false}}};
  stats.setup();
  const Instant at = Instant::parse("2026-07-15T10:10:00Z");
  stats.track("k", at, {{"a", 1}, {"b", 2.5}});
  stats.track("k", at + std::chrono::hours(2), {{"a", 3}});
  const auto series = stats.values("k", at, at + std::chrono::hours(2), "1h");
  const auto data = chart_data(series, "k", {"b", "a"});
  ASSERT_EQ(data.lines.size(), 2u);
  EXPECT_THAT(data.lines[0].values, ElementsAre(Number(2.5), std::nullopt, std::nullopt));
  EXPECT_THAT(data.lines[1].values, ElementsAre(Number(1), std::nullopt, Number(3)));
  EXPECT_EQ(data.end, Instant::parse("2026-07-15T13:00:00Z"));
  EXPECT_FALSE(data.open);
}

}  // namespace
