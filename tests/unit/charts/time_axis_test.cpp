#include "charts/time_axis.hpp"

#include <random>

#include <gmock/gmock.h>

#include "chart_fixture.hpp"
#include "charts/markup.hpp"

namespace {

using trifle::cli::time_ticks;
using trifle::cli::TimeTick;
using trifle::stats::Bucketing;
using trifle::test::chart_of;
using trifle::test::many;

/// "2|06:00|Wed 15 Jul 2026 …": position, `c` where centred, label, context.
std::string shown(const std::vector<TimeTick>& ticks) {
  std::string out;
  for (const auto& tick : ticks) {
    out += (out.empty() ? "" : " ") + trifle::cli::px(tick.position) + (tick.centred ? "c" : "") + "|" + tick.label;
    if (!tick.context.empty()) out += "|" + tick.context;
  }
  return out;
}

std::string ticks(const char* from, const char* granularity, std::size_t points, int columns,
                  const Bucketing& bucketing = Bucketing()) {
  return shown(time_ticks(chart_of(from, granularity, {{"a", many(points)}}, bucketing), columns));
}

TEST(TimeAxis, MarksRoundHoursAndSaysTheDayOnce) {
  EXPECT_EQ(ticks("2026-07-15T00:00:00Z", "1h", 24, 40), "0|00:00|Wed 15 Jul 2026 6|06:00 12|12:00 18|18:00");
  EXPECT_EQ(ticks("2026-07-15T22:00:00Z", "1h", 4, 40),
            "0c|22:00|Wed 15 Jul 2026 1c|23:00 2c|00:00|Thu 16 Jul 2026 3c|01:00");
}

TEST(TimeAxis, MarksDaysWeeksMonthsAndYears) {
  EXPECT_EQ(ticks("2026-07-30T00:00:00Z", "1d", 4, 80), "0c|Thu 30|Jul 2026 1c|Fri 31 2c|Sat 1|Aug 2026 3c|Sun 2");
  EXPECT_EQ(ticks("2026-07-30T00:00:00Z", "1d", 4, 20), "0c|30|Jul 2026 1c|31 2c|1|Aug 2026 3c|2");
  EXPECT_EQ(ticks("2026-07-15T00:00:00Z", "1d", 21, 40), "5|20 Jul|2026 12|27 Jul 19|3 Aug");
  EXPECT_EQ(ticks("2026-07-15T00:00:00Z", "1d", 21, 40, Bucketing("GMT", std::chrono::Sunday)),
            "4|19 Jul|2026 11|26 Jul 18|2 Aug");
  EXPECT_EQ(ticks("2025-11-01T00:00:00Z", "1mo", 4, 40), "0c|Nov|2025 1c|Dec 2c|Jan|2026 3c|Feb");
  EXPECT_EQ(ticks("2020-01-01T00:00:00Z", "1y", 12, 30), "0|2020 5|2025 10|2030");
  EXPECT_EQ(ticks("2026-07-15T10:00:00Z", "1s", 60, 50),
            "0|10:00:00|Wed 15 Jul 2026 15|10:00:15 30|10:00:30 45|10:00:45");
}

TEST(TimeAxis, KnowsTheZonesCalendar) {
  const Bucketing zone("Europe/Bratislava");
  // 25 hours: the clock shows 02:00 twice, and 06:00 is the eighth hour.
  EXPECT_EQ(ticks("2026-10-25T00:00:00+02:00", "1h", 25, 40, zone),
            "0|00:00|Sun 25 Oct 2026 7|06:00 13|12:00 19|18:00");
  EXPECT_EQ(ticks("2026-03-29T00:00:00+01:00", "1h", 23, 40, zone),
            "0|00:00|Sun 29 Mar 2026 5|06:00 11|12:00 17|18:00");
}

TEST(TimeAxis, FindsThePlaceWithinAPoint) {
  auto data = chart_of("2026-07-15T22:00:00Z", "1h", {{"a", many(12)}});
  data = trifle::cli::folded(data, 4, trifle::cli::Fold::Sum);
  EXPECT_EQ(shown(time_ticks(data, 16)), "0.5|00:00|Thu 16 Jul 2026 2|06:00");
}

TEST(TimeAxis, SaysWhenItIsWhereNothingIsRound) {
  EXPECT_EQ(ticks("2026-07-15T10:07:00Z", "1m", 3, 6), "0|Wed 15 Jul 2026 10:07");
  EXPECT_TRUE(time_ticks(chart_of("2026-07-15T10:00:00Z", "1h", {{"a", {}}}), 80).empty());
}

TEST(TimeAxis, TicksAreInOrderWithinTheChartAndNotTooMany) {
  std::mt19937 random(20261124);
  for (const char* zone : {"GMT", "Europe/Bratislava", "America/St_Johns", "Australia/Lord_Howe"}) {
    const Bucketing bucketing(zone);
    for (const char* granularity : {"1s", "45m", "1h", "7h", "1d", "2d", "1w", "1mo", "1q", "1y"}) {
      for (int i = 0; i < 6; ++i) {
        const std::size_t points = 1 + random() % 90;
        const int columns = 10 + static_cast<int>(random() % 150);
        const auto start = bucketing.floor(trifle::stats::Instant::from_unix(1'700'000'000 + random() % 90'000'000),
                                           trifle::stats::Granularity(granularity));
        const auto data = chart_of(start.to_string().c_str(), granularity, {{"a", many(points)}}, bucketing);
        const auto all = time_ticks(data, columns);
        ASSERT_FALSE(all.empty()) << zone << ' ' << granularity << ' ' << points;
        ASSERT_LE(all.size(), static_cast<std::size_t>(columns) / 4 + 3) << zone << ' ' << granularity << ' ' << points;
        double last = -1;
        for (const auto& tick : all) {
          ASSERT_GT(tick.position, last) << zone << ' ' << granularity << ' ' << points;
          ASSERT_LT(tick.position, static_cast<double>(points));
          last = tick.position;
        }
      }
    }
  }
}

}  // namespace
