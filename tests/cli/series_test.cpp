#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using trifle::test::Folder;
using ProgramRun = trifle::test::Run;  // a test has a Run of its own

/// Two weeks of `orders` by day: in the first, 1 to 7 are counted, in the second, 11 to 17, but for the second
/// Wednesday.
class SeriesCommand : public testing::Test {
 protected:
  void SetUp() override {
    std::string lines;
    for (int day = 0; day < 14; ++day) {
      if (day == 9) continue;
      const int count = day < 7 ? day + 1 : day + 4;
      lines += R"({"key":"orders","at":)" + std::to_string(1783944000 + day * 86400) + R"(,"values":{"count":)" +
               std::to_string(count) + R"(,"revenue":)" + std::to_string(count * 10) + R"(.5,"country":{"us":)" +
               std::to_string(count) + (day % 2 == 0 ? R"(,"de":2)" : "") + "}}}\n";
    }
    ASSERT_EQ(folder_.trifle({"track", "-", "--db", "s.db"}, {.input = lines}).code, 0);
  }

  ProgramRun week(std::vector<std::string> words, const trifle::test::Setting& setting = {}) const {
    words.insert(words.end(), {"--db", "s.db", "--granularity", "1d", "--from", "2026-07-20", "--to", "2026-07-26"});
    return folder_.trifle(words, setting);
  }
  json answer(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const ProgramRun run = week(words);
    EXPECT_EQ(run.code, 0) << run.err;
    return json::parse(run.out);
  }

  Folder folder_;
};

TEST_F(SeriesCommand, OneNumberIsPrintedAsItIs) {
  EXPECT_EQ(week({"sum", "orders", "count"}).out, "85\n");
  EXPECT_EQ(week({"mean", "orders", "count"}).out, "14.166666666666666\n");
  EXPECT_EQ(week({"min", "orders", "count"}).out, "11\n");
  EXPECT_EQ(week({"max", "orders", "count"}).out, "17\n");
  EXPECT_EQ(week({"count", "orders", "count"}).out, "6\n");
  EXPECT_EQ(week({"sum", "orders", "count"}, {.terminal = true}).out, "85\r\n");
  EXPECT_THAT(week({"sum", "orders", "count"}).err, IsEmpty());
}

TEST_F(SeriesCommand, AnAnswerPerSlice) {
  EXPECT_EQ(week({"sum", "orders", "count", "--slices", "3", "--csv"}).out,
            "from,sum\n2026-07-21T00:00:00Z,12\n2026-07-23T00:00:00Z,29\n2026-07-25T00:00:00Z,33\n");
  const auto sum = answer({"sum", "orders", "country.de", "--slices", "7"});
  EXPECT_EQ(sum["values"], json::parse("[null,2,null,2,null,2,null]"));
  EXPECT_EQ(sum["count"], 3);
  EXPECT_EQ(sum["partial"], false);
  EXPECT_FALSE(sum.contains("value"));
  EXPECT_EQ(week({"sum", "orders", "count", "--slices", "0"}).code, 2);
  const auto many = week({"sum", "orders", "count", "--slices", "8"});
  EXPECT_EQ(many.code, 1);
  EXPECT_THAT(many.err, HasSubstr("8"));
}

TEST_F(SeriesCommand, TheAnswerAsJson) {
  const auto sum = answer({"sum", "orders", "count"});
  EXPECT_EQ(sum["value"], 85);
  EXPECT_EQ(sum["aggregator"], "sum");
  EXPECT_EQ(sum["metric_key"], "orders");
  EXPECT_EQ(sum["value_path"], "count");
  EXPECT_EQ(sum["timeframe"]["from"], "2026-07-20T00:00:00Z");
  EXPECT_EQ(sum["available_paths"], json::parse(R"(["count","country.de","country.us","revenue"])"));
  EXPECT_EQ(sum["table"]["rows"].size(), 7u);
}

TEST_F(SeriesCommand, ComparesWithTheWeekBefore) {
  EXPECT_EQ(week({"sum", "orders", "count", "--compare", "previous"}).out,
            "from                  sum  previous  difference               ratio\n"
            "2026-07-20T00:00:00Z   85        28          57  3.0357142857142856\n");
  const auto sum = answer({"sum", "orders", "count", "--compare", "previous"});
  EXPECT_EQ(sum["previous"], json::parse("[28]"));
  EXPECT_EQ(sum["difference"], json::parse("[57]"));
  EXPECT_EQ(week({"get", "orders", "--compare", "previous", "--csv"}).out.substr(0, 60),
            "at,count,count previous,count difference,count ratio,country");
  const auto get = answer({"get", "orders", "--compare", "previous"});
  EXPECT_EQ(get["previous"]["values"][0]["count"], 1);
  EXPECT_EQ(get["difference"]["values"][0]["count"], 10);
  EXPECT_EQ(get["ratio"]["values"][0]["count"], 11);
  EXPECT_EQ(get["previous"]["values"][2]["count"], 3);
  EXPECT_FALSE(get["difference"]["values"][2].contains("count"));
  const auto year = week({"sum", "orders", "count", "--compare", "year", "--csv"});
  EXPECT_EQ(year.out, "from,sum,previous,difference,ratio\n2026-07-20T00:00:00Z,85,,,\n");
  EXPECT_EQ(week({"sum", "orders", "count", "--compare", "week"}).code, 2);
}

TEST_F(SeriesCommand, TimelinesOfPathsMapsAndWildcards) {
  EXPECT_EQ(
      week({"timeline", "orders", "country", "--csv"}).out,
      "at,country.de,country.us\n"
      "2026-07-20T00:00:00Z,,11\n2026-07-21T00:00:00Z,2,12\n2026-07-22T00:00:00Z,,\n"
      "2026-07-23T00:00:00Z,2,14\n2026-07-24T00:00:00Z,,15\n2026-07-25T00:00:00Z,2,16\n2026-07-26T00:00:00Z,,17\n");
  EXPECT_EQ(week({"timeline", "orders", "country.*", "--csv"}).out,
            week({"timeline", "orders", "country", "--csv"}).out);
  EXPECT_THAT(week({"timeline", "orders", "count", "--missing", "zero", "--csv"}).out, HasSubstr("22T00:00:00Z,0\n"));
  EXPECT_THAT(week({"timeline", "orders", "count", "--missing", "previous", "--csv"}).out,
              HasSubstr("22T00:00:00Z,12\n"));
  EXPECT_EQ(week({"timeline", "orders", "count", "--missing", "one"}).code, 2);
  const auto json_answer = answer({"timeline", "orders", "count"});
  EXPECT_EQ(json_answer["result"]["count"][2], json::parse(R"({"at":"2026-07-22T00:00:00Z","value":null})"));
  EXPECT_EQ(json_answer["formatter"], "timeline");
  EXPECT_EQ(answer({"timeline", "orders", "count", "--slices", "7"})["result"]["count"].size(), 7u);
  EXPECT_EQ(week({"timeline", "orders", "count", "--slices", "7", "--csv"}).code, 2);
  EXPECT_THAT(week({"timeline", "orders", "count", "--text"}, {.terminal = true}).out,
              StartsWith("at                    count\r\n"));
  EXPECT_EQ(answer({"timeline", "orders", "count", "--compare", "previous"})["previous"]["count"][0]["value"], 1);
  EXPECT_THAT(week({"timeline", "orders", "count", "--compare", "previous", "--csv"}).out,
              StartsWith("at,count,count previous\n2026-07-20T00:00:00Z,11,1\n"));
}

TEST_F(SeriesCommand, CategoriesOfMaps) {
  EXPECT_EQ(week({"category", "orders", "country", "--text"}).out,
            "path        sum\ncountry.de    6\ncountry.us   85\n");
  EXPECT_EQ(week({"category", "orders", "country", "--slices", "2", "--csv"}).out,
            "slice,path,sum\n1,country.de,4\n1,country.us,26\n2,country.de,2\n2,country.us,48\n");
  EXPECT_EQ(answer({"category", "orders", "country"})["result"], json::parse(R"({"country.de":6,"country.us":85})"));
  EXPECT_EQ(week({"category", "orders", "country", "--compare", "previous", "--csv"}).out,
            "path,sum,previous\ncountry.de,6,8\ncountry.us,85,28\n");
}

TEST_F(SeriesCommand, ComputesPathsFromOthers) {
  EXPECT_EQ(week({"max", "orders", "average", "--expr", "revenue / count as average"}).out, "10.045454545454545\n");
  EXPECT_EQ(week({"sum", "orders", "b", "--expr", "count * 2 as a", "--expr", "a + 1 as b"}).out, "176\n");
  EXPECT_THAT(week({"get", "orders", "--expr", "country.us + country.de as both", "--csv"}).out,
              StartsWith("at,both,count,country.de,country.us,revenue\n2026-07-20T00:00:00Z,,11,,11,110.5\n"));
  const auto refused = [&](const char* expression) {
    const auto run = week({"sum", "orders", "count", "--expr", expression});
    EXPECT_NE(run.code, 0);
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    return run.err;
  };
  EXPECT_THAT(refused("revenue / cuont"), HasSubstr("no number at path cuont; there are count, "));
  EXPECT_THAT(refused("revenue + foo(count)"), HasSubstr("Unknown function foo."));
  EXPECT_THAT(refused("revenue + foo(count)"), EndsWith("At character 11: \"foo(count)\"\n"));
  EXPECT_THAT(refused("(revenue + count"), EndsWith("Missing closing parenthesis. At the end\n"));
  EXPECT_THAT(refused("cuont / (revenue"), EndsWith("Missing closing parenthesis. At the end\n"));
  EXPECT_THAT(refused("revenue as"), HasSubstr("no name behind `as`"));
}

TEST_F(SeriesCommand, RollsOverBuckets) {
  EXPECT_EQ(week({"timeline", "orders", "count", "--rolling", "3:sum", "--csv"}).out,
            "at,count\n2026-07-20T00:00:00Z,\n2026-07-21T00:00:00Z,\n2026-07-22T00:00:00Z,23\n"
            "2026-07-23T00:00:00Z,26\n2026-07-24T00:00:00Z,29\n2026-07-25T00:00:00Z,45\n2026-07-26T00:00:00Z,48\n");
  EXPECT_EQ(week({"max", "orders", "count", "--rolling", "7"}).out, "14.166666666666666\n");
  for (const char* wrong : {"0", "x", "7:median", "7:", "-1"})
    EXPECT_EQ(week({"max", "orders", "count", std::string("--rolling=") + wrong}).code, 2) << wrong;
}

TEST_F(SeriesCommand, TheBucketThatIsNotOverIsShownAsSuch) {
  ASSERT_EQ(folder_.trifle({"track", "now", "count=5", "--db", "s.db"}).code, 0);
  const auto ask = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--db", "s.db", "--granularity", "1y", "--last", "1y"});
    return folder_.trifle(words);
  };
  const auto sum = ask({"sum", "now", "count"});
  EXPECT_EQ(sum.out, "5\n");
  EXPECT_THAT(sum.err, HasSubstr("is not over (--closed leaves it out)"));
  EXPECT_EQ(json::parse(ask({"sum", "now", "count", "--json"}).out)["partial"], true);
  EXPECT_EQ(json::parse(ask({"get", "now"}).out)["partial"], true);
  EXPECT_EQ(json::parse(ask({"timeline", "now", "count"}).out)["partial"], true);
  EXPECT_THAT(ask({"get", "now", "--text"}).out, HasSubstr("-01-01T00:00:00Z (not over)"));
  EXPECT_THAT(ask({"timeline", "now", "count", "--text"}).out, HasSubstr("(not over)"));
  EXPECT_THAT(ask({"category", "now", "count", "--csv"}).err, HasSubstr("is not over"));
  for (const auto& closed : std::vector<std::vector<std::string>>{{"--closed"}, {"--compare", "previous"}}) {
    std::vector<std::string> words{"sum", "now", "count"};
    words.insert(words.end(), closed.begin(), closed.end());
    const auto run = ask(words);
    EXPECT_EQ(run.code, 1);
    EXPECT_THAT(run.err, HasSubstr("all that there is of now lies in the bucket of"));
  }
}

TEST_F(SeriesCommand, ErrorsNameThePathAndWhatIsThere) {
  for (const char* command : {"sum", "count", "timeline", "category"}) {
    const auto run = week({command, "orders", "country.usa"});
    EXPECT_EQ(run.code, 1) << command;
    EXPECT_EQ(run.err, "trifle: no number at path country.usa; there are country.us, country.de, count, revenue\n");
    EXPECT_THAT(run.out, IsEmpty());
  }
  EXPECT_THAT(week({"sum", "orders", "country"}).err, HasSubstr("there are country.de, country.us, "));
  EXPECT_THAT(week({"sum", "nope", "count"}).err, HasSubstr("nothing of nope between 2026-07-20T00:00:00Z and "));
  EXPECT_THAT(week({"sum", "ordres", "count"}).err, HasSubstr(" at 1d; there are orders\n"));
  EXPECT_EQ(week({"sum", "orders"}).code, 2);
}

}  // namespace
