// sum, mean, min, max and count: the sisters' tables, and what is ours.
#include <trifle/stats/series.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>

#include "made_series.hpp"

namespace {

using namespace trifle::stats;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kAbsent = std::nullopt;

/// 1, 2, nothing, 4, 5
Series family() { return made({R"({"n":1})", R"({"n":2})", R"({"n":null})", R"({"n":4})", R"({"n":5})"}); }

TEST(Aggregators, FamilySumOfOneSlice) {
  EXPECT_EQ(family().sum("n"), Number(12));
  EXPECT_THAT(family().sum("n", {.slices = 1}), ElementsAre(Number(12)));
}

TEST(Aggregators, FamilySumOfTwoSlicesDropsTheOldest) {
  EXPECT_THAT(family().sum("n", {.slices = 2}), ElementsAre(Number(2), Number(9)));
}

TEST(Aggregators, FamilySumOfThreeSlices) {
  EXPECT_THAT(family().sum("n", {.slices = 3}), ElementsAre(kAbsent, Number(4), Number(5)));
  EXPECT_THAT(family().sum("n", {.slices = 3, .empty = Empty::Zero}), ElementsAre(Number(0), Number(4), Number(5)))
      << "the sisters' zero";
}

TEST(Aggregators, FamilySumOfFiveSlices) {
  EXPECT_THAT(family().sum("n", {.slices = 5, .empty = Empty::Zero}),
              ElementsAre(Number(1), Number(2), Number(0), Number(4), Number(5)));
}

TEST(Aggregators, FamilyMinOfFiveSlices) {
  for (const Empty empty : {Empty::Absent, Empty::Zero}) {
    EXPECT_THAT(family().min("n", {.slices = 5, .empty = empty}),
                ElementsAre(Number(1), Number(2), kAbsent, Number(4), Number(5)));
    EXPECT_THAT(family().max("n", {.slices = 5, .empty = empty}),
                ElementsAre(Number(1), Number(2), kAbsent, Number(4), Number(5)));
  }
}

TEST(Aggregators, FamilyMeanPassesOverWhatIsMissing) {
  EXPECT_EQ(family().mean("n"), Number(3));
  EXPECT_THAT(family().mean("n", {.slices = 2}), ElementsAre(Number(2), Number(4.5)));
  EXPECT_THAT(family().mean("n", {.slices = 3, .empty = Empty::Zero}), ElementsAre(Number(0), Number(4), Number(5)));
}

TEST(Aggregators, FamilyMinAndMax) {
  EXPECT_EQ(family().min("n"), Number(1));
  EXPECT_EQ(family().max("n"), Number(5));
  EXPECT_THAT(family().max("n", {.slices = 2}), ElementsAre(Number(2), Number(5)));
}

TEST(Aggregators, NoRowsAreNoSlices) {
  EXPECT_THAT(Series().sum("n", {.slices = 3}), IsEmpty());
  EXPECT_THAT(Series().min("n", {.slices = 1}), IsEmpty());
  EXPECT_THAT(Series().count("n", {.slices = 2}), IsEmpty());
  EXPECT_EQ(Series().sum("n"), kAbsent);
  EXPECT_EQ(Series().count("n"), 0U);
}

TEST(Aggregators, MoreSlicesThanRowsAreRefused) {
  try {
    (void)family().sum("n", {.slices = 6});
    FAIL();
  } catch (const InvalidArgument& error) {
    EXPECT_THAT(error.what(), HasSubstr("6 slices of 5 buckets"));
  }
}

TEST(Aggregators, NoSlicesAreRefused) {
  EXPECT_THROW((void)family().sum("n", {.slices = 0}), InvalidArgument);
  EXPECT_THROW((void)Series().sum("n", {.slices = 0}), InvalidArgument);
  EXPECT_THROW((void)family().timeline("n", {.slices = 0}), InvalidArgument);
  EXPECT_THROW((void)family().category("n", {.slices = 0}), InvalidArgument);
}

TEST(Aggregators, WhatIsNoNumberIsPassedOver) {
  const Series series = made({R"({"n":"text"})", R"({"n":{"x":9}})", R"({"n":7})"});
  EXPECT_EQ(series.sum("n"), Number(7));
  EXPECT_EQ(series.count("n"), 1U);
}

TEST(Aggregators, APathThatIsNotThereIsAbsentInEverySlice) {
  EXPECT_EQ(family().sum("m"), kAbsent);
  EXPECT_EQ(family().mean("m"), kAbsent);
  EXPECT_EQ(family().aggregate("m", Aggregator::Count), Number(0));
  EXPECT_THAT(family().max("m", {.slices = 2}), ElementsAre(kAbsent, kAbsent));
  EXPECT_THAT(family().mean("m", {.slices = 2, .empty = Empty::Zero}), ElementsAre(Number(0), Number(0)));
}

TEST(Aggregators, CountTellsTheBucketsThatHoldThePath) {
  EXPECT_EQ(family().count("n"), 4U);
  EXPECT_THAT(family().count("n", {.slices = 2}), ElementsAre(1U, 2U));
  EXPECT_THAT(family().aggregate("n", Aggregator::Count, {.slices = 3}), ElementsAre(Number(0), Number(1), Number(1)));
}

TEST(Aggregators, IntegerSumsAreExact) {
  const Series series = made({R"({"n":9007199254740993})", R"({"n":2})", R"({"n":-1})"});
  EXPECT_EQ(series.sum("n"), Number(9007199254740994));
  EXPECT_TRUE(series.sum("n")->is_integer());
}

TEST(Aggregators, ASumBeyond64BitsIsTheNearestDouble) {
  const Series series = made({R"({"n":9223372036854775807})", R"({"n":9223372036854775807})"});
  EXPECT_EQ(series.sum("n"), Number(18446744073709551614.0));
  EXPECT_FALSE(series.sum("n")->is_integer());
  EXPECT_EQ(series.mean("n"), Number(9223372036854775807.0));
}

TEST(Aggregators, ASumThatLeaves64BitsOnTheWayIsExact) {
  const Series series =
      made({R"({"n":9223372036854775807})", R"({"n":9223372036854775807})", R"({"n":-9223372036854775806})"});
  EXPECT_EQ(series.sum("n")->to_int64(), std::nullopt);
  const Series back = made({R"({"n":9223372036854775807})", R"({"n":5})", R"({"n":-10})"});
  EXPECT_EQ(back.sum("n"), Number(9223372036854775802));
}

TEST(Aggregators, IntegersBesideFractionsStayExact) {
  // In one column with a fraction, whole numbers are kept as doubles.
  const Series series = made({R"({"n":9007199254740992})", R"({"n":3})", R"({"n":0.5})"});
  EXPECT_EQ(series.sum("n", {.slices = 3})[0], Number(9007199254740992));
  const Series two = made({R"({"n":0.5})", R"({"n":9007199254740992})", R"({"n":3})"});
  EXPECT_EQ(two.sum("n", {.slices = 1})[0], Number(9007199254740996.0)) << "…995.5, to a double";
  EXPECT_EQ(made({R"({"n":0.5})", "{}", R"({"n":9007199254740992})", R"({"n":3})"}).sum("n", {.slices = 2})[1],
            Number(9007199254740995));
}

TEST(Aggregators, IntegersThatNoDoubleHoldsBesideFractions) {
  const Series series = made({R"({"n":9007199254740993})", R"({"n":0.25})", R"({"n":0.75})"});
  EXPECT_EQ(series.sum("n"), Number(9007199254740994));
  EXPECT_EQ(series.min("n"), Number(0.25));
  EXPECT_EQ(series.max("n"), Number(9007199254740993));
  EXPECT_EQ(series.mean("n"), Number(9007199254740994.0 / 3));
}

TEST(Aggregators, TenTimesATenthIsOne) {
  std::vector<std::string> rows(10, R"({"n":0.1})");
  EXPECT_EQ(made(rows).sum("n"), Number(1));
  EXPECT_EQ(made(rows).mean("n"), Number(0.1));
  rows.insert(rows.begin(), R"({"n":1e20})");
  rows.push_back(R"({"n":-1e20})");
  EXPECT_EQ(made(rows).sum("n"), Number(1)) << "a large number that goes again takes nothing with it";
}

TEST(Aggregators, ASumThatNoDoubleHoldsIsAbsent) {
  const Series series = made({R"({"n":1e308})", R"({"n":1.5e308})"});
  EXPECT_EQ(series.sum("n"), kAbsent);
  EXPECT_THAT(series.sum("n", {.slices = 1, .empty = Empty::Zero}), ElementsAre(kAbsent)) << "it isn't zero";
  EXPECT_EQ(series.mean("n"), Number(1.25e308)) << "which one does hold";
  EXPECT_EQ(series.max("n"), Number(1.5e308));
}

TEST(Aggregators, ASumThatIsInfiniteOnTheWayOnlyIsTold) {
  const Series series = made({R"({"n":1e308})", R"({"n":1.5e308})", R"({"n":-1.5e308})"});
  EXPECT_EQ(series.sum("n"), Number(1e308));
}

TEST(Aggregators, PathsThatFewBucketsHaveAreAnsweredAlike) {
  std::vector<std::string> rows(1000, "{}");
  rows[3] = R"({"n":7})";
  rows[500] = R"({"n":-2.5})";
  rows[999] = R"({"n":4})";
  const Series series = made(rows);
  ASSERT_TRUE(series.columns().find("n")->sparse());
  EXPECT_EQ(series.sum("n"), Number(8.5));
  EXPECT_EQ(series.min("n"), Number(-2.5));
  EXPECT_EQ(series.count("n"), 3U);
  EXPECT_THAT(series.sum("n", {.slices = 2}), ElementsAre(Number(7), Number(1.5)));
  EXPECT_THAT(series.max("n", {.slices = 4}), ElementsAre(Number(7), kAbsent, Number(-2.5), Number(4)));
}

TEST(Aggregators, HolesAtEveryPlaceOfAWordAreNeitherCountedNorRead) {
  for (std::size_t hole = 0; hole < 200; ++hole) {
    std::vector<std::string> rows;
    for (std::size_t row = 0; row < 200; ++row)
      rows.push_back(row == hole ? "{}" : "{\"n\":" + std::to_string(row + 10) + "}");
    const Series series = made(rows);
    ASSERT_EQ(series.count("n"), 199U);
    ASSERT_EQ(series.min("n"), Number(hole == 0 ? 11 : 10));
    ASSERT_EQ(series.max("n"), Number(hole == 199 ? 208 : 209));
    ASSERT_EQ(series.sum("n"), Number(static_cast<std::int64_t>(199 * 200 / 2 + 200 * 10 - hole - 10)));
  }
}

}  // namespace
