#include "charts/picture.hpp"

#include <charconv>
#include <regex>

#include <gmock/gmock.h>

#include "chart_fixture.hpp"
#include "charts/html_page.hpp"

namespace {

using namespace trifle::cli;
using ::testing::HasSubstr;
using ::testing::Not;
using trifle::test::chart_of;
using trifle::test::kNone;
using trifle::test::many;

ChartData data() {
  return chart_of("2026-07-15T00:00:00Z", "1h", {{"a<b>&\"", {10, kNone, 0, 40}}, {"c", {1, 2, 3, 4}}});
}

std::string svg(const ChartData& chart, bool bars = false) {
  return svg_document({{LineChart{chart, bars}, "requests"}}, {});
}

/// Every element is closed, in order.
void expect_well_formed(const std::string& markup) {
  static const std::regex kTag("<(/?)([a-zA-Z0-9]+)((?:[^<>\"]|\"[^\"]*\")*?)(/?)>");
  std::vector<std::string> open;
  for (std::sregex_iterator tag(markup.begin(), markup.end(), kTag), end; tag != end; ++tag) {
    if (!(*tag)[1].str().empty()) {
      ASSERT_FALSE(open.empty());
      ASSERT_EQ(open.back(), (*tag)[2].str());
      open.pop_back();
    } else if ((*tag)[4].str().empty()) {
      open.push_back((*tag)[2].str());
    }
  }
  EXPECT_TRUE(open.empty());
}

/// The heights of what is drawn with a class.
std::vector<double> heights(const std::string& markup, const std::string& classes) {
  const std::regex rect("<rect [^>]*height=\"([0-9.]+)\" class=\"" + classes + "\"");
  std::vector<double> all;
  for (std::sregex_iterator found(markup.begin(), markup.end(), rect), end; found != end; ++found) {
    const std::string text = (*found)[1].str();
    std::from_chars(text.data(), text.data() + text.size(), all.emplace_back());
  }
  return all;
}

TEST(Picture, IsWellFormedAndNeedsNothing) {
  for (const bool bars : {false, true}) {
    const std::string picture = svg(data(), bars);
    expect_well_formed(picture);
    EXPECT_THAT(picture, HasSubstr("a&lt;b&gt;&amp;&quot;"));
    EXPECT_THAT(picture, Not(HasSubstr("a<b>")));
    EXPECT_THAT(picture, HasSubstr("role=\"img\""));
    EXPECT_THAT(picture, HasSubstr("<title id=\"c0-title\">k</title>"));
    EXPECT_THAT(picture, HasSubstr("4 of 4 points have a number, from 1 to 4, the last is 4."));
    EXPECT_THAT(picture, HasSubstr("prefers-color-scheme:dark"));
    EXPECT_THAT(picture, HasSubstr(">requests</text>"));
    EXPECT_EQ(std::regex_replace(picture, std::regex("http://www.w3.org/2000/svg"), "").find("http"),
              std::string::npos);
  }
}

TEST(Picture, BarsAreAsHighAsTheirNumbers) {
  const auto chart = chart_of("2026-07-15T00:00:00Z", "1h", {{"a", {10, kNone, 20, 40}}});
  const auto all = heights(svg(chart, true), "f0");
  ASSERT_EQ(all.size(), 3u);  // nothing stands where nothing is
  EXPECT_NEAR(all[1] / all[0], 2, 0.01);
  EXPECT_NEAR(all[2] / all[0], 4, 0.01);
}

TEST(Picture, LinesDifferByDashesAndMarks) {
  const auto picture = svg(data());
  EXPECT_THAT(picture, HasSubstr("<circle"));
  EXPECT_THAT(picture, HasSubstr("stroke-dasharray=\"7 4\""));
  EXPECT_THAT(picture, HasSubstr("class=\"mark f1\""));
  EXPECT_THAT(svg(data(), true), HasSubstr("url(#c0-p1)"));
}

TEST(Picture, WhatIsNotOverIsHollow) {
  auto chart = data();
  EXPECT_THAT(svg(chart), Not(HasSubstr("class=\"hollow")));
  chart.open = true;
  EXPECT_THAT(svg(chart), HasSubstr("class=\"hollow s1\""));
  EXPECT_THAT(svg(chart), HasSubstr("class=\"line open s1\""));
  EXPECT_THAT(svg(chart), HasSubstr("the last one is not over"));
  EXPECT_THAT(svg(chart, true), HasSubstr("class=\"hollow dashed s1\""));
}

TEST(Picture, SeveralChartsStandBelowEachOther) {
  const auto chart = chart_of("2026-07-15T00:00:00Z", "1h", {{"a", {1, 2}}});
  const auto picture =
      svg_document({{LineChart{chart, true}, ""}, {LineChart{chart, false}, ""}}, {.width = 600, .height = 300});
  EXPECT_THAT(picture, HasSubstr("viewBox=\"0 0 600 600\""));
  EXPECT_THAT(picture, HasSubstr("translate(0 300)"));
  expect_well_formed(picture);
}

TEST(Picture, AHeatMapHasItsNumbers) {
  const auto chart = chart_of("2026-07-13T00:00:00Z", "1h", {{"a", {0, kNone, 1500}}});
  const auto picture = svg_document({{heat_map(chart, chart.lines.front(), Fold::Sum), ""}}, {});
  expect_well_formed(picture);
  EXPECT_THAT(picture, HasSubstr("<title>Mon 02:00: 1500</title>"));
  EXPECT_THAT(picture, HasSubstr(">1.5k</text>"));
  EXPECT_THAT(picture, Not(HasSubstr("Mon 01:00")));
}

TEST(Page, HoldsTheNumbersExactlyAndNothingFromOutside) {
  const std::int64_t big = (std::int64_t{1} << 53) + 1;
  auto chart = chart_of("2026-07-15T00:00:00Z", "1h", {{"</script>", {big, kNone, 0.1}}});
  chart.open = true;
  const auto page = html_page({{LineChart{chart, false}, ""}}, {});
  EXPECT_THAT(page, HasSubstr(R"("values":["9007199254740993",null,"0.1"])"));
  EXPECT_THAT(page, HasSubstr("<td>9007199254740993</td>"));
  EXPECT_THAT(page, HasSubstr("Wed 15 Jul 2026 02:00 (not complete)"));
  EXPECT_THAT(page, HasSubstr("\\u003c/script\\u003e"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("href=")));
}

}  // namespace
