#include <trifle/stats/series.hpp>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "series/columns_builder.hpp"

namespace {

using namespace trifle::stats;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kTen = 1784109600;  // 2026-07-15T10:00:00Z

struct Cell {
  std::size_t row;
  std::string stored;
  Number number;
};

Series make(std::size_t rows, const std::vector<Cell>& cells, const std::string& zone = "GMT") {
  std::vector<std::int64_t> buckets;
  for (std::size_t row = 0; row < rows; ++row) buckets.push_back(kTen + 3600 * static_cast<std::int64_t>(row));
  detail::ColumnsBuilder builder(buckets);
  std::vector<std::string> names;
  for (const Cell& cell : cells) {
    const auto at = std::find(names.begin(), names.end(), cell.stored);
    const auto column = static_cast<std::size_t>(at - names.begin());
    if (at == names.end()) names.push_back(cell.stored);
    builder.add(cell.row, column, cell.number);
  }
  return Series(std::make_shared<const detail::Columns>(
      builder.finish(zone == "GMT" ? Bucketing() : Bucketing(zone), Granularity("1h"), false,
                     [&names](std::size_t column) { return std::string_view(names[column]); })));
}

TEST(Series, ADefaultMadeOneIsEmpty) {
  const Series series;
  EXPECT_TRUE(series.empty());
  EXPECT_EQ(series.begin(), series.end());
  EXPECT_THAT(series.paths(), IsEmpty());
  EXPECT_EQ(series.granularity(), std::nullopt);
  EXPECT_EQ(series.to_json(), R"({"at":[],"values":[]})");
}

TEST(Series, GoesThroughItsBucketsInOrder) {
  const Series series = make(3, {{0, "count", 1}, {2, "count", 3}});
  std::vector<std::string> seen;
  for (const auto& [at, row] : series) seen.push_back(at.to_string() + ' ' + row["count"].value_or(0).to_string());
  EXPECT_THAT(seen, ElementsAre("2026-07-15T10:00:00Z 1", "2026-07-15T11:00:00Z 0", "2026-07-15T12:00:00Z 3"));
  EXPECT_EQ(series.size(), 3U);
  EXPECT_EQ(series.at(1).unix_seconds(), kTen + 3600);
  EXPECT_EQ(series[2].at, series.at(2));
  EXPECT_EQ(series[2].row["count"], Number(3));
}

TEST(Series, AbsentIsNotZero) {
  const Series series = make(2, {{0, "count", 0}});
  EXPECT_EQ(series.value(0, "count"), Number(0));
  EXPECT_EQ(series.value(1, "count"), std::nullopt);
  EXPECT_EQ(series.value(0, "other"), std::nullopt);
  EXPECT_FALSE(series[0].row.blank());
  EXPECT_TRUE(series[1].row.blank());
}

TEST(Series, TakesPathsAsTheyAreSpelled) {
  const Series series = make(1, {{0, "jobs.test%2Erb", 1},
                                 {0, "jobs.test.rb", 2},
                                 {0, "%24cost", 3},
                                 {0, "a%5Cq", 4},
                                 {0, "%2A", 5},
                                 {0, "%252E", 6},
                                 {0, "", 7},
                                 {0, ".a", 8},
                                 {0, "東京", 9},
                                 {0, "a.", 10}});
  EXPECT_EQ(series.value(0, "jobs.test\\.rb"), Number(1));
  EXPECT_EQ(series.value(0, "jobs.test.rb"), Number(2));
  EXPECT_EQ(series.value(0, "$cost"), Number(3));
  EXPECT_EQ(series.value(0, "a\\q"), Number(4));
  EXPECT_EQ(series.value(0, "\\*"), Number(5));
  EXPECT_EQ(series.value(0, "%2E"), Number(6));
  EXPECT_EQ(series.value(0, ""), Number(7));
  EXPECT_EQ(series.value(0, ".a"), Number(8));
  EXPECT_EQ(series.value(0, "東京"), Number(9));
  EXPECT_EQ(series.value(0, "a."), Number(10));
  EXPECT_EQ(series.value(0, "%24cost"), std::nullopt) << "the stored spelling is not the path";
  EXPECT_EQ(series.value(0, "\xff"), std::nullopt);
}

TEST(Series, ListsItsPathsAscending) {
  const Series series = make(2, {{0, "b", 1}, {1, "a%2Eb", 1}, {1, "a.b", 1}, {0, "a-b", 1}});
  EXPECT_THAT(series.paths(), ElementsAre("a-b", "a.b", "a\\.b", "b"));
  EXPECT_THAT(series[0].row.paths(), ElementsAre("a-b", "b"));
  EXPECT_THAT(series[1].row.paths(), ElementsAre("a.b", "a\\.b"));
}

TEST(Series, PrintsTheFamilysShapeNestedAndSorted) {
  const Series series =
      make(3, {{0, "duration", 2.5}, {0, "country.us", 1}, {0, "country.de", 2}, {0, "count", 3}, {2, "count", -4}});
  EXPECT_EQ(series.to_json(), R"({"at":["2026-07-15T10:00:00Z","2026-07-15T11:00:00Z","2026-07-15T12:00:00Z"],)"
                              R"("values":[{"count":3,"country":{"de":2,"us":1},"duration":2.5},{},{"count":-4}]})");
  EXPECT_EQ(series[0].row.to_json(), R"({"count":3,"country":{"de":2,"us":1},"duration":2.5})");
  EXPECT_EQ(series[1].row.to_json(), "{}");
}

TEST(Series, PrintsTimesInItsZone) {
  const Series series = make(1, {{0, "n", 1}}, "Europe/Bratislava");
  EXPECT_EQ(series.to_json(), R"({"at":["2026-07-15T12:00:00+02:00"],"values":[{"n":1}]})");
  EXPECT_EQ(series.bucketing().time_zone(), "Europe/Bratislava");
  EXPECT_EQ(series.granularity(), Granularity("1h"));
}

TEST(Series, PrintsNumbersExactly) {
  const Series series =
      make(1, {{0, "a", 9007199254740993}, {0, "b", 0.1}, {0, "c", -9223372036854775807}, {0, "d", 1e300}});
  EXPECT_EQ(series[0].row.to_json(), R"({"a":9007199254740993,"b":0.1,"c":-9223372036854775807,"d":1e+300})");
}

TEST(Series, PrintsHostileNamesAsThemselves) {
  const Series series = make(1, {{0, "a%22b", 1}, {0, "a%5Cb", 2}, {0, "a%2Eb.c", 3}, {0, "x\ny", 4}, {0, "%00", 5}});
  EXPECT_EQ(series[0].row.to_json(), "{\"\\u0000\":5,\"a\\\"b\":1,\"a.b\":{\"c\":3},\"a\\\\b\":2,\"x\\ny\":4}");
}

TEST(Series, ShowsTheMapWhereANameIsBothNumberAndMapInOneBucket) {
  const Series series = make(3, {{0, "a", 1}, {0, "a.b", 2}, {0, "a-b", 5}, {1, "a", 3}, {2, "a.b", 4}});
  EXPECT_EQ(series[0].row.to_json(), R"({"a":{"b":2},"a-b":5})");
  EXPECT_EQ(series[1].row.to_json(), R"({"a":3})");
  EXPECT_EQ(series[2].row.to_json(), R"({"a":{"b":4}})");
  EXPECT_EQ(series[0].row["a"], Number(1)) << "the number is still there under its path";
}

TEST(Series, PrintsSparseColumnsInTheirPlace) {
  std::vector<Cell> cells;
  std::string values;
  for (std::size_t row = 0; row < 300; ++row) {
    if (row > 0) values += ',';
    cells.push_back({row, "m", static_cast<std::int64_t>(row)});
    if (row % 100 == 7) cells.push_back({row, "a.x", 1});
    if (row % 100 == 7) cells.push_back({row, "z", 2});
    const auto number = std::to_string(row);
    values += row % 100 == 7 ? R"({"a":{"x":1},"m":)" + number + R"(,"z":2})" : R"({"m":)" + number + "}";
  }
  const Series series = make(300, cells);
  ASSERT_TRUE(series.columns().find("z")->sparse());
  const std::string json = series.to_json();
  EXPECT_EQ(json.substr(json.find("\"values\"")), "\"values\":[" + values + "]}");
}

TEST(Series, ACopySharesAndOutlivesTheOriginal) {
  auto series = std::make_unique<Series>(make(1, {{0, "n", 1}}));
  const Series copy = *series;
  EXPECT_EQ(&copy.columns(), &series->columns());
  const Series::Row row = (*series)[0].row;
  auto at = series->begin();
  series.reset();
  EXPECT_EQ(row["n"], Number(1));
  EXPECT_EQ((*at++).row["n"], Number(1));
  EXPECT_EQ(at, copy.end());
}

TEST(Series, IsReadByManyThreads) {
  const Series series = make(200, {{3, "n", 1}, {150, "n", 2}});
  std::vector<std::thread> threads;
  std::vector<std::string> seen(4);
  for (auto& text : seen) threads.emplace_back([copy = series, &text] { text = copy.to_json(); });
  for (auto& thread : threads) thread.join();
  for (const auto& text : seen) EXPECT_EQ(text, series.to_json());
}

}  // namespace
