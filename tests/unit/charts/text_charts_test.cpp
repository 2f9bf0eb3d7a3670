#include <algorithm>
#include <limits>
#include <random>
#include <sstream>

#include <gmock/gmock.h>

#include "chart_fixture.hpp"
#include "charts/sparklines.hpp"
#include "charts/text_bars.hpp"
#include "charts/text_heat_map.hpp"
#include "charts/text_lines.hpp"
#include "output/text.hpp"

namespace {

using namespace trifle::cli;
using ::testing::HasSubstr;
using ::testing::Not;
using trifle::test::chart_of;
using trifle::test::kNone;

ChartData one() { return chart_of("2026-07-15T00:00:00Z", "1h", {{"count", {10, kNone, 0, 40}}}); }
ChartData two() { return chart_of("2026-07-15T00:00:00Z", "1h", {{"a", {10, 20, 30, 40}}, {"b", {5, kNone, 5, 10}}}); }

TEST(TextBars, AbsentIsAGapAndZeroALine) {
  EXPECT_EQ(draw_bars(one(), {.width = 28, .height = 4}),
            "k count, 1h, GMT\n"
            "50 ┤                  ▂▂▂▂▂\n"
            "   │                  █████\n"
            "   │                  █████\n"
            "   │▆▆▆▆▆       _____ █████\n"
            " 0 └┬─────────────────┬─────\n"
            "    00:00             03:00\n"
            "    Wed 15 Jul 2026\n");
}

TEST(TextBars, TheLastOneThatIsNotOverIsDotted) {
  ChartData data = one();
  data.open = true;
  const auto drawn = draw_bars(data, {.width = 44, .height = 4});
  EXPECT_THAT(drawn, HasSubstr("the last one is not over"));
  EXPECT_THAT(drawn, HasSubstr("┊┊┊"));
  EXPECT_THAT(draw_bars(data, {.width = 44, .height = 4, .ascii = true}), HasSubstr(":::"));
  EXPECT_THAT(draw_bars(one(), {.width = 44, .height = 4}), Not(HasSubstr("┊")));
}

TEST(TextBars, SeveralLinesHaveFillsOfTheirOwn) {
  const auto drawn = draw_bars(two(), {.width = 40, .height = 4, .ascii = true});
  EXPECT_THAT(drawn, HasSubstr("# a  = b\n"));
  EXPECT_THAT(drawn, HasSubstr("#"));
  EXPECT_THAT(drawn, HasSubstr("==="));
  for (const char byte : drawn) EXPECT_GE(byte, 0);
}

TEST(TextLines, SeveralLinesHaveMarksOfTheirOwn) {
  const auto drawn = draw_lines(two(), {.width = 40, .height = 6, .ascii = true});
  EXPECT_THAT(drawn, HasSubstr("* a  + b\n"));
  EXPECT_EQ(drawn.find('\x1b'), std::string::npos);
  // The gap of b: nothing of it in the second quarter.
  EXPECT_THAT(drawn, HasSubstr("+"));
}

TEST(TextLines, ColourIsNeverTheOnlyDifference) {
  const auto plain = draw_lines(two(), {.width = 40, .height = 6});
  auto colourful = draw_lines(two(), {.width = 40, .height = 6, .colour = true});
  EXPECT_THAT(colourful, HasSubstr("\x1b[34m"));
  for (auto start = colourful.find('\x1b'); start != std::string::npos; start = colourful.find('\x1b'))
    colourful.erase(start, colourful.find('m', start) - start + 1);
  EXPECT_EQ(colourful, plain);
}

TEST(TextLines, TheWayToTheLastOneThatIsNotOverIsDotted) {
  ChartData data = chart_of("2026-07-15T00:00:00Z", "1h", {{"a", {10, 10, 10}}});
  const auto dots = [](const std::string& drawn) { return std::count(drawn.begin(), drawn.end(), '*'); };
  const TextStyle style{.width = 50, .height = 4, .ascii = true};
  const auto closed = dots(draw_lines(data, style));
  data.open = true;
  EXPECT_LT(dots(draw_lines(data, style)), closed);
}

TEST(TextLines, AGapIsNotBridged) {
  const auto data = chart_of("2026-07-15T00:00:00Z", "1h", {{"a", {10, kNone, 10}}});
  const auto drawn = draw_lines(data, {.width = 33, .height = 3, .ascii = true});
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '*'), 2);
}

TEST(Sparklines, ShowCourseRangeAndLast) {
  EXPECT_EQ(draw_sparklines(one(), {.width = 80}), "k, 1h, GMT\ncount  ▃ ▁█  0 to 40, last 40\n");
  EXPECT_EQ(draw_sparklines(two(), {.width = 80, .ascii = true}),
            "k, 1h, GMT\na  :=+#  10 to 40, last 40\nb  = =#  5 to 10, last 10\n");
  ChartData data = one();
  data.open = true;
  EXPECT_THAT(draw_sparklines(data, {.width = 80}), HasSubstr("last (40)"));
}

TEST(TextCharts, ControlCharactersOfNamesStayVisible) {
  auto data = two();
  data.key = "k\x1b[31m";
  data.lines[0].name = "a\x07";
  for (const auto& drawn :
       {draw_bars(data, {.width = 60}), draw_lines(data, {.width = 60}), draw_sparklines(data, {.width = 60})}) {
    EXPECT_EQ(drawn.find('\x1b'), std::string::npos);
    EXPECT_THAT(drawn, HasSubstr("a\\x07"));
  }
}

std::size_t widest(const std::string& text) {
  std::istringstream lines(text);
  std::size_t width = 0;
  for (std::string line; std::getline(lines, line);) width = std::max(width, display_width(line));
  return width;
}

TEST(TextCharts, AnyNumbersFitAnyWidth) {
  const unsigned seed = 20261124;
  std::mt19937 random(seed);
  const double extremes[] = {0,
                             -0.0,
                             1e-300,
                             1e300,
                             -1e300,
                             5e-324,
                             std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::max()};
  for (int round = 0; round < 400; ++round) {
    const std::size_t points = random() % 40 + (round % 50 == 0 ? 0 : 1);
    std::vector<ChartLine> lines(1 + random() % 4);
    for (auto& line : lines) {
      line.name = std::string(random() % 40, 'x');
      for (std::size_t i = 0; i < points; ++i) {
        auto& value = line.values.emplace_back();
        if (random() % 4 == 0) continue;
        value = random() % 8 == 0 ? extremes[random() % std::size(extremes)]
                                  : static_cast<double>(random() % 2000) - (round % 2 == 0 ? 1000 : 0);
      }
    }
    ChartData data = chart_of("2026-07-15T00:00:00Z", "1h", lines);
    data.open = random() % 2 == 0;
    const TextStyle style{.width = 20 + static_cast<int>(random() % 100),
                          .height = 3 + static_cast<int>(random() % 20),
                          .ascii = random() % 2 == 0};
    const auto width = static_cast<std::size_t>(style.width);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    if (points <= bar_capacity(data, style)) {
      ASSERT_LE(widest(draw_bars(data, style)), width);
    }
    if (points <= line_capacity(data, style)) {
      ASSERT_LE(widest(draw_lines(data, style)), width);
    }
    if (points <= spark_capacity(data, style)) {
      ASSERT_LE(widest(draw_sparklines(data, style)), width);
    }
    const auto map = heat_map(data, data.lines.front(), Fold::Sum);
    if (style.width >= kNarrowestHeatMap) {
      ASSERT_LE(widest(draw_heat_map(map, style)), width);
    }
  }
}

}  // namespace
