// What becomes of a stored leaf in a series, and how its path is spelled: the sisters' tables, case by case.
#include <trifle/stats/series.hpp>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>
#include <trifle/stats/path.hpp>

#include "made_series.hpp"

namespace {

using namespace trifle::stats;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::optional<Number> leaf(const std::string& json) { return made({"{\"v\":" + json + "}"}).value(0, "v"); }

TEST(Normalisation, AnIntegerIsAnInteger) {
  EXPECT_EQ(leaf("3"), Number(3));
  EXPECT_TRUE(leaf("3")->is_integer());
  EXPECT_EQ(leaf("9007199254740993"), Number(9007199254740993)) << "beyond what a double holds";
}

TEST(Normalisation, AFloatIsANumber) {
  EXPECT_EQ(leaf("1.5"), Number(1.5));
  EXPECT_EQ(leaf("2e-07"), Number(2e-07));
  EXPECT_EQ(leaf("3.0"), Number(3)) << "an integral one reads as an integer";
}

TEST(Normalisation, NumericTextIsANumber) {
  EXPECT_EQ(leaf(R"("1.5")"), Number(1.5));
  EXPECT_EQ(leaf(R"("12")"), Number(12));
  EXPECT_EQ(leaf(R"("0.15e1")"), Number(1.5)) << "as Ruby writes a decimal";
}

TEST(Normalisation, OtherSpellingsOfNumbersAreText) {
  EXPECT_EQ(leaf(R"("1_000")"), std::nullopt) << "Ruby reads 1000";
  EXPECT_EQ(leaf(R"("0x1p3")"), std::nullopt) << "Go reads 8";
  EXPECT_EQ(leaf(R"(" 2 ")"), std::nullopt) << "Ruby and Go read 2, Elixir text";
}

TEST(Normalisation, JunkTextIsAbsent) {
  EXPECT_EQ(leaf(R"("junk")"), std::nullopt);
  EXPECT_EQ(leaf(R"("")"), std::nullopt);
}

TEST(Normalisation, NullAndTrueAreAbsent) {
  EXPECT_EQ(leaf("null"), std::nullopt);
  EXPECT_EQ(leaf("true"), std::nullopt);
}

TEST(Normalisation, TheTextNanIsAbsent) {
  EXPECT_EQ(leaf(R"("NaN")"), std::nullopt);
  EXPECT_EQ(leaf(R"("Infinity")"), std::nullopt);
}

TEST(Normalisation, MapsAreReadToTheirLeavesAndListsAreAbsent) {
  const Series series = made({R"({"a":{"b":{"c":"7"}},"l":[1,2]})"});
  EXPECT_EQ(series.value(0, "a.b.c"), Number(7));
  EXPECT_EQ(series.value(0, "l"), std::nullopt);
  EXPECT_EQ(series.value(0, "l.0"), std::nullopt) << "Go reads 1";
}

TEST(Normalisation, ARowOfNothingIsEmpty) {
  const Series series = made({"{}", R"({"n":1})"});
  EXPECT_TRUE(series[0].row.blank());
  EXPECT_EQ(series.sum("n"), Number(1));
}

TEST(Paths, AreSplitAtDotsAndKeepEmptySegments) {
  const Series series = made({R"({"a..b":1,".a":2,"a.":3,"a":{"b":4}})"});
  EXPECT_EQ(series.sum("a..b"), Number(1));
  EXPECT_EQ(series.sum(".a"), Number(2));
  EXPECT_EQ(series.sum("a."), Number(3));
  EXPECT_EQ(series.sum("a.b"), Number(4));
  EXPECT_EQ(series.sum(" a.b "), std::nullopt) << "space is part of a name";
}

TEST(Paths, EscapedNamesAreOneSegment) {
  const Series series = made({R"({"jobs.test%2Erb":1,"jobs.test.rb":2,"jobs.%2A":3})"});
  EXPECT_EQ(series.sum("jobs.test\\.rb"), Number(1));
  EXPECT_EQ(series.sum("jobs.test.rb"), Number(2));
  EXPECT_EQ(series.sum("jobs.\\*"), Number(3));
  EXPECT_EQ(series.sum(Path::escape("jobs.test.rb")), std::nullopt) << "one segment of that name";
}

TEST(Paths, ThroughANumberNothingIsFound) {
  const Series series = made({R"({"n":1,"m":{"x":2}})"});
  EXPECT_EQ(series.sum("n.x"), std::nullopt) << "Ruby raises a TypeError";
  EXPECT_EQ(series.sum("m"), std::nullopt) << "a map is no number";
  EXPECT_EQ(series.sum(""), std::nullopt) << "Ruby raises";
}

TEST(Paths, AvailablePathsAreSortedUniqueAndOfNumbers) {
  const Series series =
      made({R"({"b":1,"a":{"x":"2"}})", R"({"a":{"x":3,"y":null},"text":"NaN","a%2Eb":1,"%2A":4})", "{}"});
  EXPECT_THAT(series.available_paths(), ElementsAre("\\*", "a.x", "a\\.b", "b"));
  EXPECT_THAT(Series().available_paths(), IsEmpty());
}

TEST(Paths, OneWithAWildcardIsRefusedWhereOneIsNeeded) {
  const Series series = made({R"({"country":{"us":1}})"});
  EXPECT_THROW((void)series.sum("country.*"), InvalidArgument);
  EXPECT_THROW((void)series.count("*"), InvalidArgument);
  try {
    (void)series.mean("country.*", {.slices = 1});
    FAIL();
  } catch (const InvalidArgument& error) {
    EXPECT_THAT(error.what(), HasSubstr("\"country.*\" has a wildcard"));
  }
  EXPECT_EQ(series.sum("country*"), std::nullopt) << "a star within a name is itself";
  EXPECT_THROW((void)series.sum("\xff"), InvalidArgument);
}

}  // namespace
