#include "series/columns_builder.hpp"
#include "seed.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace trifle::stats;
using namespace trifle::stats::detail;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kBig = (std::int64_t{1} << 53) + 1;

std::vector<std::int64_t> minutes(std::size_t count) {
  std::vector<std::int64_t> buckets(count);
  for (std::size_t i = 0; i < count; ++i) buckets[i] = static_cast<std::int64_t>(i) * 60;
  return buckets;
}

Columns finish(ColumnsBuilder& builder, bool skip_blanks = false) {
  static const auto names = [] {
    std::vector<std::string> all(10'000);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = "c" + std::to_string(i);
    return all;
  }();
  return builder.finish(Bucketing(), Granularity("1m"), skip_blanks,
                        [](std::size_t column) { return std::string_view(names[column]); });
}

// What a number is, beyond its value: an integer or not.
std::string exactly(std::optional<Number> number) {
  if (!number) return "absent";
  return (number->is_integer() ? "integer " : "real ") + number->to_string();
}

// As everywhere in the project: an integral double up to 2^53 is the integer.
Number normal(Number number) {
  const auto integer = number.to_int64();
  return integer && *integer >= 1 - kBig && *integer <= kBig - 1 ? Number(*integer) : number;
}

TEST(ColumnsBuilder, AnIntegerColumnIsASpanOfIntegers) {
  ColumnsBuilder builder(minutes(3));
  for (std::size_t row = 0; row < 3; ++row) builder.add(row, 0, static_cast<std::int64_t>(row) - 1);
  const Columns columns = finish(builder);
  const Column& column = *columns.find("c0");
  EXPECT_EQ(column.kind(), Column::Kind::Integers);
  EXPECT_FALSE(column.sparse());
  EXPECT_THAT(column.integers(), ElementsAre(-1, 0, 1));
  EXPECT_THAT(column.present(), IsEmpty()) << "every row has it";
}

TEST(ColumnsBuilder, AColumnWithFractionsIsASpanOfDoublesAndGivesItsIntegersBack) {
  ColumnsBuilder builder(minutes(4));
  builder.add(0, 0, 3);
  builder.add(1, 0, 2.5);
  builder.add(2, 0, -(std::int64_t{1} << 53));
  builder.add(3, 0, 1e21);
  const Columns columns = finish(builder);
  const Column& column = *columns.find("c0");
  EXPECT_EQ(column.kind(), Column::Kind::Reals);
  EXPECT_THAT(column.reals(), ElementsAre(3.0, 2.5, -9007199254740992.0, 1e21));
  EXPECT_EQ(exactly(column.value(0)), "integer 3");
  EXPECT_EQ(exactly(column.value(1)), "real 2.5");
  EXPECT_EQ(exactly(column.value(2)), "integer -9007199254740992");
  EXPECT_EQ(exactly(column.value(3)), "real 1e+21");
}

TEST(ColumnsBuilder, IntegersThatNoDoubleHoldsStayExactBesideFractions) {
  for (const bool fraction_first : {true, false}) {
    SCOPED_TRACE(fraction_first);
    ColumnsBuilder builder(minutes(3));
    builder.add(0, 0, fraction_first ? Number(0.5) : Number(kBig));
    builder.add(1, 0, fraction_first ? Number(kBig) : Number(0.5));
    builder.add(2, 0, std::numeric_limits<std::int64_t>::min());
    const Columns columns = finish(builder);
    const Column& column = *columns.find("c0");
    EXPECT_EQ(column.kind(), Column::Kind::Mixed);
    EXPECT_EQ(exactly(column.value(fraction_first ? 0 : 1)), "real 0.5");
    EXPECT_EQ(exactly(column.value(fraction_first ? 1 : 0)), "integer 9007199254740993");
    EXPECT_EQ(exactly(column.value(2)), "integer -9223372036854775808");
  }
}

TEST(ColumnsBuilder, AnIntegralDoubleCountsAsTheIntegerThatItIs) {
  ColumnsBuilder builder(minutes(1));
  builder.add(0, 0, 3.0);
  builder.add(0, 1, 2.5);
  builder.add(0, 1, 0.5);
  const Columns columns = finish(builder);
  EXPECT_EQ(columns.find("c0")->kind(), Column::Kind::Integers);
  EXPECT_EQ(exactly(columns.find("c0")->value(0)), "integer 3");
  EXPECT_EQ(exactly(columns.find("c1")->value(0)), "integer 3");
}

TEST(ColumnsBuilder, SeveralNumbersOfOneRowAreSummed) {
  ColumnsBuilder builder(minutes(200));
  builder.add(5, 0, kBig);
  builder.add(5, 0, 1);
  builder.add(199, 1, 1);  // sparse from its first number
  builder.add(199, 1, 2.5);
  const Columns columns = finish(builder);
  EXPECT_EQ(exactly(columns.find("c0")->value(5)), "integer 9007199254740994");
  EXPECT_EQ(exactly(columns.find("c1")->value(199)), "real 3.5");
  EXPECT_EQ(columns.find("c0")->count(), 1U);
}

TEST(ColumnsBuilder, AnIntegerOverflowBecomesADouble) {
  ColumnsBuilder builder(minutes(1));
  builder.add(0, 0, std::numeric_limits<std::int64_t>::max());
  builder.add(0, 0, 1);
  const Columns columns = finish(builder);
  EXPECT_EQ(exactly(columns.find("c0")->value(0)), "real 9223372036854775808");
}

TEST(ColumnsBuilder, AnInfiniteSumIsNamedWhereverItComesUp) {
  ColumnsBuilder dense(minutes(3));
  for (std::size_t row = 0; row < 3; ++row) dense.add(row, 1, 1e308);
  EXPECT_FALSE(dense.infinite());
  dense.add(1, 1, 1e308);
  ASSERT_TRUE(dense.infinite());
  EXPECT_EQ(dense.infinite()->row, 1U);
  EXPECT_EQ(dense.infinite()->column, 1U);

  ColumnsBuilder out_of_order(minutes(1000));
  out_of_order.add(900, 0, -1e308);
  out_of_order.add(100, 0, 1);
  out_of_order.add(900, 0, -1e308);
  ASSERT_TRUE(out_of_order.infinite());
  EXPECT_EQ(out_of_order.infinite()->row, 900U);
}

TEST(ColumnsBuilder, AColumnThatFewRowsHaveIsSparse) {
  ColumnsBuilder builder(minutes(1000));
  for (const std::size_t row : {3U, 700U, 701U}) builder.add(row, 0, static_cast<std::int64_t>(row));
  const Columns columns = finish(builder);
  const Column& column = *columns.find("c0");
  EXPECT_TRUE(column.sparse());
  EXPECT_THAT(column.rows(), ElementsAre(3, 700, 701));
  EXPECT_THAT(column.integers(), ElementsAre(3, 700, 701));
  EXPECT_EQ(column.value(4), std::nullopt);
}

TEST(ColumnsBuilder, AColumnIsDenseFromHalfOfTheRows) {
  for (const std::size_t have : {499U, 500U}) {
    ColumnsBuilder builder(minutes(1000));
    for (std::size_t i = 0; i < have; ++i) builder.add(2 * i, 0, 1);
    const Columns columns = finish(builder);
    EXPECT_EQ(columns.find("c0")->sparse(), have == 499) << have;
    EXPECT_EQ(columns.find("c0")->count(), have);
  }
}

TEST(ColumnsBuilder, BlankRowsAreLeftOutOnRequest) {
  ColumnsBuilder builder(minutes(200));
  for (const std::size_t row : {1U, 64U, 130U}) builder.add(row, 0, static_cast<std::int64_t>(row));
  builder.add(65, 1, 0.5);
  const Columns columns = finish(builder, true);
  EXPECT_THAT(columns.buckets(), ElementsAre(60, 64 * 60, 65 * 60, 130 * 60));
  const Column& first = *columns.find("c0");
  EXPECT_EQ(exactly(first.value(0)), "integer 1");
  EXPECT_EQ(exactly(first.value(1)), "integer 64");
  EXPECT_EQ(exactly(first.value(2)), "absent");
  EXPECT_EQ(exactly(first.value(3)), "integer 130");
  EXPECT_FALSE(first.sparse());
  EXPECT_EQ(exactly(columns.find("c1")->value(2)), "real 0.5");
}

TEST(ColumnsBuilder, AllRowsBlankIsAnEmptySeries) {
  ColumnsBuilder builder(minutes(100));
  EXPECT_EQ(finish(builder, true).size(), 0U);
  ColumnsBuilder none{{}};
  EXPECT_EQ(finish(none, true).size(), 0U);
  ColumnsBuilder all(minutes(100));
  EXPECT_EQ(finish(all).size(), 100U);
}

TEST(ColumnsBuilder, AYearOfMinutesIsSmall) {
  constexpr std::size_t kRows = 525'600;
  constexpr std::size_t kPaths = 5;
  ColumnsBuilder builder(minutes(kRows));
  for (std::size_t row = 0; row < kRows; ++row)
    for (std::size_t path = 0; path < kPaths; ++path)
      builder.add(row, path, path == 4 ? Number(0.5 + static_cast<double>(row)) : Number(row));
  const Columns columns = finish(builder);
  EXPECT_LE(columns.bytes(), 8 * kRows * kPaths * 3 / 2);
}

TEST(ColumnsBuilder, AYearOfMinutesWithHolesIsSmall) {
  constexpr std::size_t kRows = 525'600;
  constexpr std::size_t kPaths = 5;
  ColumnsBuilder builder(minutes(kRows));
  for (std::size_t row = 0; row < kRows; ++row) {
    if (row % 10 == 0) continue;
    for (std::size_t path = 0; path < kPaths; ++path) builder.add(row, path, 1);
  }
  const Columns columns = finish(builder);
  EXPECT_LE(columns.bytes(), 8 * kRows * kPaths * 3 / 2);
}

TEST(ColumnsBuilder, TenThousandNamesOverAYearOfMinutesAreSmall) {
  constexpr std::size_t kRows = 525'600;
  constexpr std::size_t kNames = 10'000;
  ColumnsBuilder builder(minutes(kRows));
  for (std::size_t row = 0; row < kRows; ++row) builder.add(row, row * 7919 % kNames, 1);  // one name each minute
  const Columns columns = finish(builder);
  ASSERT_THAT(columns.columns(), SizeIs(kNames));
  // 8 bytes of bucket and 12 of number per row, and a column's own few bytes.
  EXPECT_LE(columns.bytes(), kRows * 20 + kNames * 400);
}

// Against rows as maps: the obvious way.
TEST(ColumnsBuilder, GivesBackWhatWasAddedInWhateverOrder) {
  const auto seed = test::seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&random](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  const auto some_number = [&]() -> Number {
    switch (below(8)) {
      case 0:
        return kBig + static_cast<std::int64_t>(below(100));
      case 1:
        return -kBig;
      case 2:
        return 0.25 * static_cast<double>(below(1000)) - 100;
      case 3:
        return 1e21 * static_cast<double>(below(3));
      case 4:
        return 0;
      default:
        return static_cast<std::int64_t>(below(2000)) - 1000;
    }
  };

  for (int round = 0; round < 100; ++round) {
    const std::size_t rows = 1 + below(round % 10 == 0 ? 3000 : 300);
    const std::size_t paths = 1 + below(6);
    const bool shuffled = below(2) == 0;
    const bool only_integers = below(3) == 0;
    const bool skip_blanks = below(2) == 0;

    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), 0U);
    if (shuffled) std::shuffle(order.begin(), order.end(), random);
    if (below(2) == 0) order.insert(order.end(), order.begin(), order.begin() + static_cast<std::ptrdiff_t>(rows / 3));
    std::vector<std::size_t> share(paths);  // of 100 rows, how many have the path; it may change half-way
    for (auto& percent : share) percent = below(4) == 0 ? 100 : below(101);

    ColumnsBuilder builder(minutes(rows));
    std::map<std::size_t, std::map<std::string, Number>> expected;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i == order.size() / 2 && below(2) == 0)
        for (auto& percent : share) percent = below(101);
      for (std::size_t path = 0; path < paths; ++path) {
        if (below(100) >= share[path]) continue;
        for (std::size_t times = 1 + (below(20) == 0 ? 1 : 0); times > 0; --times) {
          const Number number = only_integers ? Number(static_cast<std::int64_t>(below(9))) : some_number();
          builder.add(order[i], path, number);
          auto& row = expected[order[i]];
          const auto name = "c" + std::to_string(path);
          if (const auto [at, fresh] = row.emplace(name, normal(number)); !fresh)
            at->second = normal(at->second + normal(number));
        }
      }
    }
    ASSERT_FALSE(builder.infinite());
    const Columns columns = finish(builder, skip_blanks);

    std::vector<std::int64_t> buckets;
    for (std::size_t row = 0; row < rows; ++row)
      if (!skip_blanks || expected.contains(row)) buckets.push_back(static_cast<std::int64_t>(row) * 60);
    ASSERT_THAT(columns.buckets(), testing::ElementsAreArray(buckets)) << "round " << round;
    for (std::size_t at = 0; at < buckets.size(); ++at) {
      const auto row = expected.find(static_cast<std::size_t>(buckets[at]) / 60);
      for (std::size_t path = 0; path < paths; ++path) {
        const auto name = "c" + std::to_string(path);
        const Column* column = columns.find(name);
        const auto found = column == nullptr ? std::nullopt : column->value(at);
        const bool has = row != expected.end() && row->second.contains(name);
        ASSERT_EQ(found.has_value(), has) << "round " << round << " row " << at << ' ' << name;
        if (has) {
          ASSERT_EQ(found->to_string(), row->second[name].to_string())
              << "round " << round << " row " << at << ' ' << name;
        }
      }
    }
    for (const Column& column : columns.columns()) {
      ASSERT_EQ(column.sparse(), 2 * column.count() < columns.size());
      ASSERT_EQ(column.slots(), column.sparse() ? column.count() : columns.size());
    }
  }
}

}  // namespace
