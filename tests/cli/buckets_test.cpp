#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "program.hpp"

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using trifle::test::Folder;

TEST(Buckets, TellWhereAnInstantBelongs) {
  const Folder folder;
  const auto run = folder.trifle(
      {"buckets", "2026-10-25T00:30:00Z", "--timezone", "Europe/Bratislava", "--granularity", "1h,1d,1w", "--csv"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out,
            "granularity,at,unix\n"
            "1h,2026-10-25T02:00:00+02:00,1792886400\n"
            "1d,2026-10-25T00:00:00+02:00,1792879200\n"
            "1w,2026-10-19T00:00:00+02:00,1792360800\n");
  EXPECT_EQ(folder.trifle({"buckets", "1792886400", "--granularity", "1d"}).out, R"({
  "buckets": [
    {
      "at": "2026-10-25T00:00:00Z",
      "granularity": "1d",
      "unix": 1792886400
    }
  ],
  "time_zone": "GMT"
}
)");
}

TEST(Buckets, ListTheTimelineWithNewYearsPartialWeek) {
  const auto run = Folder().trifle({"buckets", "2026-12-27", "--to", "2027-01-05", "--granularity", "1w", "--csv"});
  EXPECT_EQ(run.out,
            "granularity,at,unix\n"
            "1w,2026-12-21T00:00:00Z,1797811200\n"
            "1w,2026-12-28T00:00:00Z,1798416000\n"
            "1w,2027-01-01T00:00:00Z,1798761600\n"
            "1w,2027-01-04T00:00:00Z,1799020800\n");
}

TEST(Buckets, AnswerLineByLine) {
  const auto run = Folder().trifle({"buckets", "-"}, {.input = R"({"at":1784111865,"granularity":"1h","time_zone":"UTC"}
{"at":"2026-07-15T10:37:45Z","granularity":"1w","time_zone":"UTC","week_start":"sunday"}
{"at":1784109600,"to":1784116800,"granularity":"1h"}
{"at":1784111865,"granularity":"0h"}
{"at":1784111865,"granularity":"1h","time_zone":"Mars/Phobos"}
{"granularity":"1h"}
{"at":1,"granularity":"1h","zone":"UTC"}
rubbish
{"at":-62135596801,"granularity":"1h"}
)"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("6 lines could not be answered"));
  std::istringstream lines(run.out);
  std::vector<json> answers;
  for (std::string line; std::getline(lines, line);) answers.push_back(json::parse(line));
  ASSERT_EQ(answers.size(), 9u);
  EXPECT_EQ(answers[0].dump(), R"({"bucket":1784109600})");
  EXPECT_EQ(answers[1].dump(), R"({"bucket":1783814400})");
  EXPECT_EQ(answers[2].dump(), R"({"timeline":[1784109600,1784113200,1784116800]})");
  EXPECT_THAT(answers[3].at("error").get<std::string>(), HasSubstr("0h"));
  EXPECT_THAT(answers[4].at("error").get<std::string>(), HasSubstr("Mars/Phobos"));
  EXPECT_EQ(answers[5].at("error"), "\"at\" is missing");
  EXPECT_EQ(answers[6].at("error"), "unknown member \"zone\"");
  EXPECT_TRUE(answers[7].contains("error"));
  EXPECT_TRUE(answers[8].contains("error"));
}

TEST(Buckets, GiveTheAnswersOfTheVectors) {
  std::ifstream file(TRIFLE_TEST_DATA "/vectors/bucketing.json");
  ASSERT_TRUE(file) << "the vectors are part of the tests";
  const json vectors = json::parse(file);
  std::string input;
  std::vector<std::string> expected;
  for (const auto& one : vectors.at("floor")) {
    input += json{{"at", one.at("at")},
                  {"granularity", one.at("granularity")},
                  {"time_zone", one.at("tz")},
                  {"week_start", one.at("beginning_of_week")}}
                 .dump() +
             "\n";
    expected.push_back(json{{"bucket", one.at("bucket")}}.dump());
  }
  const auto run = Folder().trifle({"buckets", "-"}, {.input = input});
  EXPECT_EQ(run.code, 0) << run.err;
  std::istringstream lines(run.out);
  std::size_t i = 0;
  for (std::string line; std::getline(lines, line); ++i) {
    ASSERT_LT(i, expected.size());
    EXPECT_EQ(line, expected[i]) << vectors.at("floor").at(i).dump();
  }
  EXPECT_EQ(i, expected.size());
}

TEST(Buckets, WrongUse) {
  const Folder folder;
  EXPECT_EQ(folder.trifle({"buckets"}).code, 2);
  EXPECT_EQ(folder.trifle({"buckets", "nope"}).code, 2);
  EXPECT_EQ(folder.trifle({"buckets", "-", "--to", "now"}).code, 2);
  EXPECT_EQ(folder.trifle({"buckets", "now", "--granularity", "1x"}).code, 1);
  EXPECT_EQ(folder.trifle({"buckets", "now", "--week-start", "x"}).code, 1);
}

}  // namespace
