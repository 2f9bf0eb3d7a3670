// timeline and category: the sisters' tables and example, and what is ours.
#include <trifle/stats/series.hpp>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>
#include <trifle/stats/result_text.hpp>

#include "made_series.hpp"

namespace {

using namespace trifle::stats;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

/// The sisters' example.
Series family() { return made({R"({"c":{"us":1,"de":2},"n":1})", R"({"c":{"us":3,"fr":4}})", "{}"}); }

std::vector<std::optional<Number>> values(const TimelinePoints& points) {
  std::vector<std::optional<Number>> values;
  for (const TimelinePoint& point : points) values.push_back(point.value);
  return values;
}

constexpr auto kAbsent = std::nullopt;

TEST(Category, FamilyExampleOfOneSlice) {
  EXPECT_THAT(family().category("c"),
              ElementsAre(Pair("c.de", Number(2)), Pair("c.fr", Number(4)), Pair("c.us", Number(4))));
  EXPECT_EQ(to_json(family().category("c")), R"({"c.de":2,"c.fr":4,"c.us":4})");
}

TEST(Category, FamilyExampleOfThreeSlices) {
  EXPECT_EQ(to_json(family().category("c", {.slices = 3}, {.empty = Empty::Zero})),
            R"([{"c.de":2,"c.fr":0,"c.us":1},{"c.de":0,"c.fr":4,"c.us":3},{"c.de":0,"c.fr":0,"c.us":0}])");
  EXPECT_EQ(to_json(family().category("c", {.slices = 3})), R"([{"c.de":2,"c.us":1},{"c.fr":4,"c.us":3},{}])");
}

TEST(Category, FamilyExampleOfTwoSlicesDropsTheFirstRow) {
  EXPECT_EQ(to_json(family().category("c", {.slices = 2}, {.empty = Empty::Zero})),
            R"([{"c.de":0,"c.fr":4,"c.us":3},{"c.de":0,"c.fr":0,"c.us":0}])");
}

TEST(Category, NoRowsAreNoCategories) {
  EXPECT_THAT(Series().category("c"), IsEmpty());
  EXPECT_THAT(Series().category("c", {.slices = 2}), IsEmpty());
}

TEST(Category, TransformNamesAndCountsAnewAndEqualNamesAddUp) {
  const Category halves = family().category(
      "c", {.transform = [](std::string_view path, Number number) {
        return std::pair(path == "c.us" ? std::string("us") : std::string("other"), Number(number.to_double() / 2));
      }});
  EXPECT_THAT(halves, ElementsAre(Pair("other", Number(3)), Pair("us", Number(2))));
}

TEST(Category, TransformSeesEachNumberOfEachBucket) {
  std::vector<std::string> seen;
  (void)family().category("c", {.transform = [&](std::string_view path, Number number) {
                            seen.push_back(std::string(path) + '=' + number.to_string());
                            return std::pair(std::string(path), number);
                          }});
  EXPECT_THAT(seen, UnorderedElementsAre("c.us=1", "c.de=2", "c.us=3", "c.fr=4"));
}

TEST(Category, OfOnePathIsItsSum) {
  EXPECT_THAT(family().category("n"), ElementsAre(Pair("n", Number(1))));
  EXPECT_THAT(family().category("missing"), IsEmpty());
  EXPECT_THAT(family().category("missing", {.empty = Empty::Zero}), ElementsAre(Pair("missing", Number(0))));
}

TEST(Category, TotalsAreExact) {
  const Series series = made({R"({"c":{"a":9007199254740993}})", R"({"c":{"a":1}})"});
  EXPECT_EQ(to_json(series.category("c")), R"({"c.a":9007199254740994})");
}

TEST(Expansion, AWildcardStandsForEveryNameAtItsPlace) {
  EXPECT_THAT(family().expand("c.*"), ElementsAre("c.de", "c.fr", "c.us"));
  EXPECT_THAT(family().expand("*"), ElementsAre("c", "n"));
  EXPECT_THAT(family().expand("*.us"), ElementsAre("c.us")) << "n has no us: Ruby and Go list n.us too, Elixir doesn't";
  EXPECT_THAT(family().expand("*.*"), ElementsAre("c.de", "c.fr", "c.us"));
  EXPECT_THAT(family().expand("*.*.*"), IsEmpty());
  EXPECT_THAT(family().expand("none.*"), IsEmpty());
}

TEST(Expansion, SeveralWildcardsAtAnyPosition) {
  const Series series = made({R"({"a":{"x":{"m":1},"y":{"m":2,"k":3}},"b":{"x":{"m":4}}})"});
  EXPECT_THAT(series.expand("*.x.*"), ElementsAre("a.x.m", "b.x.m"));
  EXPECT_THAT(series.expand("a.*.m"), ElementsAre("a.x.m", "a.y.m"));
  EXPECT_THAT(series.expand("*.*.k"), ElementsAre("a.y.k"));
  EXPECT_EQ(to_json(series.category("*.*.m")), R"({"a.x.m":1,"a.y.m":2,"b.x.m":4})");
}

TEST(Expansion, AMapStandsForItsNamesOneLevelDown) {
  const Series series = made({R"({"a":{"x":{"m":1},"n":2}})"});
  EXPECT_THAT(series.expand("a"), ElementsAre("a.n", "a.x"));
  EXPECT_EQ(to_json(series.category("a")), R"({"a.n":2})") << "a.x is still a map";
  EXPECT_EQ(to_json(series.category("a", {.empty = Empty::Zero})), R"({"a.n":2,"a.x":0})") << "0 in Go and Elixir";
}

TEST(Expansion, AMapInAnyBucketCounts) {
  const Series series = made({R"({"a":5})", R"({"a":{"x":1}})"});
  EXPECT_THAT(series.expand("a"), ElementsAre("a.x"));
  EXPECT_EQ(to_json(series.category("a")), R"({"a.x":1})");
  EXPECT_EQ(series.sum("a"), Number(5)) << "the number is there under its own path";
}

TEST(Expansion, AnyOtherPathStandsForItself) {
  EXPECT_THAT(family().expand("n"), ElementsAre("n"));
  EXPECT_THAT(family().expand("missing.x"), ElementsAre("missing.x"));
  EXPECT_THAT(family().expand(""), ElementsAre(""));
}

TEST(Expansion, LiteralStarsAndDotsAreNamesAndComeOutEscaped) {
  const Series series = made({R"({"j":{"%2A":1,"test%2Erb":2,"k":3}})"});
  EXPECT_THAT(series.expand("j"), ElementsAre("j.\\*", "j.k", "j.test\\.rb"));
  EXPECT_THAT(series.expand("j.\\*"), ElementsAre("j.\\*"));
  EXPECT_EQ(series.sum("j.\\*"), Number(1));
  EXPECT_THAT(series.expand("j.k*"), ElementsAre("j.k\\*")) << "a star within a name is itself";
  EXPECT_THROW((void)series.expand("\xff.*"), InvalidArgument);
}

TEST(Expansion, NamesThatOnlyBeginAlikeAreNotInAMap) {
  const Series series = made({R"({"a-b":1,"a":{"x":2},"ab":{"y":3}})"});
  EXPECT_THAT(series.expand("a"), ElementsAre("a.x"));
  EXPECT_THAT(series.expand("a.*"), ElementsAre("a.x"));
}

TEST(Timeline, NoRowsAreNoTimelines) {
  EXPECT_THAT(Series().timeline("c"), IsEmpty());
  EXPECT_THAT(Series().timeline("c", {.slices = 2}), IsEmpty());
}

TEST(Timeline, HasAPointForEachBucketOfEachPath) {
  const Timeline timeline = family().timeline("c.*");
  ASSERT_EQ(timeline.size(), 3U);
  EXPECT_THAT(values(timeline.at("c.us")), ElementsAre(Number(1), Number(3), kAbsent));
  EXPECT_THAT(values(timeline.at("c.fr")), ElementsAre(kAbsent, Number(4), kAbsent));
  EXPECT_EQ(timeline.at("c.us")[1].at, Instant::parse("2026-07-15T11:00:00Z"));
  EXPECT_EQ(timeline, family().timeline("c")) << "a map is expanded";
}

TEST(Timeline, FamilyShapeAndMissingValues) {
  EXPECT_EQ(to_json(family().timeline("c.us", {.missing = Missing::Zero}), Bucketing()),
            R"({"c.us":[{"at":"2026-07-15T10:00:00Z","value":1},{"at":"2026-07-15T11:00:00Z","value":3},)"
            R"({"at":"2026-07-15T12:00:00Z","value":0}]})");
  EXPECT_THAT(values(family().timeline("missing", {.missing = Missing::Zero}).at("missing")),
              ElementsAre(Number(0), Number(0), Number(0)));
}

TEST(Timeline, ThePreviousValueMayStandForAMissingOne) {
  const Series series = made({"{}", R"({"n":2})", "{}", "{}", R"({"n":5})"});
  EXPECT_THAT(values(series.timeline("n", {.missing = Missing::Previous}).at("n")),
              ElementsAre(kAbsent, Number(2), Number(2), Number(2), Number(5)));
  EXPECT_THAT(values(series.timeline("n", {.slices = 2}, {.missing = Missing::Previous}).at("n")[1]),
              ElementsAre(Number(2), Number(5)))
      << "also where it is in another slice";
}

TEST(Timeline, SlicesAreListsOfPointsAndTheOldestAreDropped) {
  const SlicedTimeline timeline = family().timeline("c.us", {.slices = 2});
  ASSERT_EQ(timeline.at("c.us").size(), 2U);
  EXPECT_THAT(values(timeline.at("c.us")[0]), ElementsAre(Number(3)));
  EXPECT_THAT(values(timeline.at("c.us")[1]), ElementsAre(kAbsent));
  EXPECT_THROW((void)family().timeline("c.us", {.slices = 4}), InvalidArgument) << "as Ruby; Go makes one of all";
}

TEST(Timeline, TransformIsGivenTheNumberOrNothing) {
  const auto plus_one = [](Instant at, std::optional<Number> value) -> std::optional<Number> {
    if (at == Instant::parse("2026-07-15T12:00:00Z")) return -1;
    if (!value) return std::nullopt;
    return *value + 1;
  };
  EXPECT_THAT(values(family().timeline("c.us", {.transform = plus_one}).at("c.us")),
              ElementsAre(Number(2), Number(4), Number(-1)));
  EXPECT_THAT(values(family().timeline("c.fr", {.missing = Missing::Zero, .transform = plus_one}).at("c.fr")),
              ElementsAre(Number(0), Number(5), Number(-1)));
}

TEST(Timeline, PointsOfOpenBucketsArePartial) {
  const Series series = made({R"({"n":1})", R"({"n":2})"}, {.now = Instant::parse("2026-07-15T11:30:00Z")});
  const TimelinePoints points = series.timeline("n").at("n");
  EXPECT_FALSE(points[0].partial);
  EXPECT_TRUE(points[1].partial);
}

}  // namespace
