#include <trifle/stats/result_text.hpp>

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "made_series.hpp"

namespace {

using namespace trifle::stats;

Series zoned() {
  return made({R"({"n":9007199254740993,"c":{"us":0.1}})", "{}", R"({"n":2})"}, {.zone = "Europe/Bratislava"});
}

TEST(SeriesCsv, IsATableWithTimesInTheZone) {
  EXPECT_EQ(zoned().to_csv(),
            "at,c.us,n\n"
            "2026-07-15T12:00:00+02:00,0.1,9007199254740993\n"
            "2026-07-15T13:00:00+02:00,,\n"
            "2026-07-15T14:00:00+02:00,,2\n");
  EXPECT_EQ(Series().to_csv(), "at\n");
}

TEST(SeriesCsv, QuotesNamesThatNeedIt) {
  const Series series = made({R"({"a,b":1,"c%22d":2,"e\nf":3,"v1%2E2":4})"});
  EXPECT_EQ(series.to_csv(),
            "at,\"a,b\",\"c\"\"d\",\"e\nf\",v1\\.2\n"
            "2026-07-15T10:00:00Z,1,2,3,4\n");
}

TEST(ResultJson, OfAggregates) {
  EXPECT_EQ(to_json(zoned().sum("n")), "9007199254740995");
  EXPECT_EQ(to_json(zoned().sum("m")), "null");
  EXPECT_EQ(to_json(zoned().min("n", {.slices = 3})), "[9007199254740993,null,2]");
  EXPECT_EQ(to_json(std::vector<std::optional<Number>>()), "[]");
  EXPECT_EQ(to_json(std::optional<Number>(std::numeric_limits<double>::infinity())), "null");
}

TEST(ResultJson, OfTimelines) {
  EXPECT_EQ(
      to_json(zoned().timeline("c"), zoned().bucketing()),
      R"({"c.us":[{"at":"2026-07-15T12:00:00+02:00","value":0.1},{"at":"2026-07-15T13:00:00+02:00","value":null},)"
      R"({"at":"2026-07-15T14:00:00+02:00","value":null}]})");
  EXPECT_EQ(to_json(zoned().timeline("n", {.slices = 3}), zoned().bucketing()),
            R"({"n":[[{"at":"2026-07-15T12:00:00+02:00","value":9007199254740993}],)"
            R"([{"at":"2026-07-15T13:00:00+02:00","value":null}],[{"at":"2026-07-15T14:00:00+02:00","value":2}]]})");
  EXPECT_EQ(to_json(Timeline(), Bucketing()), "{}");
}

TEST(ResultJson, OfCategories) {
  EXPECT_EQ(to_json(zoned().category("*")), R"({"n":9007199254740995})");
  EXPECT_EQ(to_json(made({R"({"a\"b":1})"}).category("*")), R"({"a\"b":1})");
  EXPECT_EQ(to_json(zoned().category("n", {.slices = 3})), R"([{"n":9007199254740993},{},{"n":2}])");
}

TEST(ResultJson, OfAComparison) {
  const Series before = made({R"({"n":4})"}, {.from = "2026-07-14T10:00:00Z"});
  const Series now = made({R"({"n":6})"});
  EXPECT_EQ(to_json(now.compare(before)), R"({"current":{"at":["2026-07-15T10:00:00Z"],"values":[{"n":6}]},)"
                                          R"("previous":{"at":["2026-07-15T10:00:00Z"],"values":[{"n":4}]},)"
                                          R"("difference":{"at":["2026-07-15T10:00:00Z"],"values":[{"n":2}]},)"
                                          R"("ratio":{"at":["2026-07-15T10:00:00Z"],"values":[{"n":1.5}]}})");
}

TEST(ResultCsv, OfAggregatesTimelinesAndCategories) {
  EXPECT_EQ(to_csv(zoned().min("n", {.slices = 3})), "slice,value\n1,9007199254740993\n2,\n3,2\n");
  EXPECT_EQ(to_csv(zoned().timeline("*.us"), zoned().bucketing()),
            "at,c.us\n2026-07-15T12:00:00+02:00,0.1\n2026-07-15T13:00:00+02:00,\n2026-07-15T14:00:00+02:00,\n");
  EXPECT_EQ(to_csv(zoned().timeline("n", {.slices = 3}), zoned().bucketing()),
            "slice,at,n\n1,2026-07-15T12:00:00+02:00,9007199254740993\n2,2026-07-15T13:00:00+02:00,\n"
            "3,2026-07-15T14:00:00+02:00,2\n");
  EXPECT_EQ(to_csv(zoned().category("c")), "path,value\nc.us,0.1\n");
  EXPECT_EQ(to_csv(zoned().category("n", {.slices = 3})), "slice,path,value\n1,n,9007199254740993\n3,n,2\n");
  EXPECT_EQ(to_csv(Timeline(), Bucketing()), "at\n");
}

TEST(ResultCsv, OfAComparisonHasThePathsOfBoth) {
  const Series before = made({R"({"n":4,"m":1})"}, {.from = "2026-07-14T10:00:00Z"});
  EXPECT_EQ(to_csv(made({R"({"n":6})"}).compare(before)),
            "at,m,m previous,m difference,m ratio,n,n previous,n difference,n ratio\n"
            "2026-07-15T10:00:00Z,,1,,,6,4,2,1.5\n");
}

}  // namespace
