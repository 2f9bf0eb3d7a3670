#include "charts/heat_map.hpp"

#include <gmock/gmock.h>

#include "chart_fixture.hpp"
#include "charts/text_heat_map.hpp"

namespace {

using namespace trifle::cli;
using trifle::stats::Bucketing;
using trifle::stats::Number;
using trifle::test::chart_of;
using trifle::test::kNone;
using trifle::test::many;
using trifle::test::Numbers;

HeatMap map_of(const ChartData& data, Fold fold = Fold::Sum) { return heat_map(data, data.lines.front(), fold); }

TEST(HeatMap, SortsBucketsByTheZonesClock) {
  const Bucketing zone("Europe/Bratislava", std::chrono::Sunday);
  // Wednesday 22:00 UTC is Thursday midnight there; half hours belong to their hour.
  const auto map = map_of(chart_of("2026-07-15T22:00:00Z", "30m", {{"a", {1, 2, 4}}}, zone));
  EXPECT_EQ(map.cells[4][0], Number(3));
  EXPECT_EQ(map.cells[4][1], Number(4));
  EXPECT_EQ(map.cells[3][23], std::nullopt);
  EXPECT_EQ(map.day(0), std::chrono::Sunday);
}

TEST(HeatMap, AnHourThatTheClockShowsTwiceIsOneField) {
  const Bucketing zone("Europe/Bratislava");
  const auto map = map_of(chart_of("2026-10-25T00:00:00+02:00", "1h", {{"a", many(25)}}, zone));
  EXPECT_EQ(map.cells[6][2], Number(2));
  EXPECT_EQ(map.cells[6][3], Number(1));
}

TEST(HeatMap, AbsentIsNotZero) {
  const auto map = map_of(chart_of("2026-07-13T00:00:00Z", "1h", {{"a", {0, kNone, 5}}}));
  EXPECT_EQ(map.cells[0][0], Number(0));
  EXPECT_EQ(map.cells[0][1], std::nullopt);
  EXPECT_EQ(heat_level(map, 0), std::nullopt);
  EXPECT_EQ(heat_level(map, 5), kHeatLevels - 1);
  EXPECT_EQ(heat_level(map, 0.1), 0u);
}

TEST(HeatMap, TellsWhenWeekdaysAreNotEquallyMany) {
  EXPECT_FALSE(map_of(chart_of("2026-07-13T00:00:00Z", "1h", {{"a", many(7 * 24)}})).uneven);
  EXPECT_TRUE(map_of(chart_of("2026-07-13T00:00:00Z", "1h", {{"a", many(8 * 24)}})).uneven);
  const auto mean = map_of(chart_of("2026-07-13T00:00:00Z", "1h", {{"a", many(8 * 24, 3)}}), Fold::Mean);
  EXPECT_EQ(mean.cells[0][0], Number(3));
}

TEST(HeatMap, IsDrawnWithShadesAndASample) {
  Numbers numbers;
  for (int hour = 0; hour < 26; ++hour) numbers.push_back(hour == 1 ? std::nullopt : std::optional<Number>(hour));
  const auto map = map_of(chart_of("2026-07-13T00:00:00Z", "1h", {{"a", numbers}}));
  EXPECT_EQ(draw_heat_map(map, {.width = 52, .ascii = true}),
            "k a, sum by weekday and hour, GMT\n"
            "Mon 13 Jul 2026 to Tue 14 Jul 2026\n"
            "    00  02  04  06  08  10  12  14  16  18  20  22\n"
            "Mon .   ----------============************##########\n"
            "Tue ####\n"
            "Wed\nThu\nFri\nSat\nSun\n"
            "    . 0  -- to 6.25  == to 12.5  ** to 18.75\n"
            "    ## to 25\n"
            "    most: Tue 01:00 25\n"
            "    weekdays occur unequally often: see --merge mean\n");
}

}  // namespace
