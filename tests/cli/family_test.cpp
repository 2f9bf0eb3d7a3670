#include <gmock/gmock.h>
#include <cctype>
#include <ostream>
#include <string_view>

#include "program.hpp"

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using trifle::test::Folder;
using trifle::test::Run;

const std::vector<std::string> kSqlite = {"--driver", "sqlite", "--db", "s.db"};
const std::vector<std::string> kDay = {"--from", "2026-07-15T00:00:00Z", "--to", "2026-07-15T23:59:59Z"};

std::vector<std::string> metrics(std::vector<std::string> words,
                                 const std::vector<std::vector<std::string>>& more = {kSqlite}) {
  words.insert(words.begin(), "metrics");
  for (const auto& part : more) words.insert(words.end(), part.begin(), part.end());
  return words;
}

TEST(Family, SetupPushGetAndKeys) {
  const Folder folder;
  const auto setup = folder.trifle(metrics({"setup"}));
  EXPECT_EQ(setup.code, 0) << setup.err;
  EXPECT_EQ(setup.out, "Sqlite setup complete for trifle_stats\n");

  const auto push = folder.trifle(metrics({"push", "-key", "event::signup", "--at=2026-07-15T10:00:00+02:00", "-values",
                                           R"({"z":1,"country":{"us":2.5,"<a>&":3.0}})"}));
  EXPECT_EQ(push.code, 0) << push.err;
  EXPECT_EQ(push.out, R"({
  "data": {
    "at": "2026-07-15T10:00:00+02:00",
    "key": "event::signup",
    "values": {
      "country": {
        "\u003ca\u003e\u0026": 3,
        "us": 2.5
      },
      "z": 1
    }
  }
}
)");

  const auto get = folder.trifle(metrics(
      {"get", "--key", "event::signup", "--granularity", " 1D ", "--timezone", "Europe/Bratislava"}, {kSqlite, kDay}));
  EXPECT_EQ(get.code, 0) << get.err;
  EXPECT_THAT(get.out, StartsWith("{\n  \"data\": {\n    \"at\": [\n      \"2026-07-15T00:00:00+02:00\""));

  const auto keys = folder.trifle(metrics({"keys", "--granularity", "1d"}, {kSqlite, kDay}));
  EXPECT_EQ(keys.out, R"({
  "paths": [
    {
      "metric_key": "event::signup",
      "observations": 1
    }
  ],
  "status": "ok",
  "timeframe": {
    "from": "2026-07-15T00:00:00Z",
    "granularity": "1d",
    "to": "2026-07-15T23:59:59Z"
  },
  "total_paths": 1
}
)");
  EXPECT_EQ(folder.trifle(metrics({"keys", "--granularity", "1d", "--format", "table"}, {kSqlite, kDay})).out,
            "metric_key     observations\n"
            "-------------  ------------\n"
            "event::signup  1           \n");
  EXPECT_EQ(folder.trifle(metrics({"keys", "--key", "event::signup", "--format", "CSV"}, {kSqlite, kDay})).out,
            "metric_key,observations\ncountry.<a>&,1\ncountry.us,1\nz,1\n");
}

TEST(Family, PushHasWrittenWhenItSaysSo) {
  const Folder folder;
  folder.trifle(metrics({"setup"}));
  folder.write("v.json", R"({"n":7})");
  for (const char* mode : {"auto", "on", "off"}) {
    ASSERT_EQ(folder
                  .trifle(metrics({"push", "--key", "k", "--values-file", "v.json", "--at", "2026-07-15T10:00:00Z",
                                   "--mode", "track", "--buffer-mode", mode}))
                  .code,
              0);
  }
  ASSERT_EQ(folder
                .trifle(metrics({"push", "--key", "a", "--values", R"({"n":1})", "--at", "2026-07-15T10:00:00Z",
                                 "--mode", "assert"}))
                .code,
            0);
  ASSERT_EQ(folder
                .trifle(metrics({"push", "--key", "a", "--values", R"({"n":5})", "--at", "2026-07-15T10:00:00Z",
                                 "--mode", "ASSERT"}))
                .code,
            0);
  const auto all = [&](const char* key) {
    return folder.trifle(metrics({"get", "--key", key, "--granularity", "1d", "--skip-blanks"}, {kSqlite, kDay})).out;
  };
  EXPECT_THAT(all("k"), HasSubstr("\"n\": 21"));
  EXPECT_THAT(all("a"), HasSubstr("\"n\": 5"));
}

TEST(Family, ATimeThatIsMissingIsTheLastDay) {
  const Folder folder;
  folder.trifle(metrics({"setup"}));
  ASSERT_EQ(folder.trifle(metrics({"push", "--key", "k", "--values", R"({"n":1})"})).code, 0);
  const auto keys = folder.trifle(metrics({"keys"}));
  EXPECT_EQ(keys.code, 0);
  EXPECT_THAT(keys.out, HasSubstr("\"granularity\": \"1h\""));
  EXPECT_THAT(keys.out, HasSubstr("\"observations\": 1"));
  const auto first = folder.trifle(metrics({"keys", "--granularities", "15m,1w"}));
  EXPECT_THAT(first.out, HasSubstr("\"granularity\": \"15m\""));
}

struct Refused {
  std::vector<std::string> words;
  int code;
  const char* says;
};

// In the test's name, which must be the same in every run.
void PrintTo(const Refused& refused, std::ostream* out) {
  for (const char c : std::string_view(refused.says)) *out << (std::isalnum(static_cast<unsigned char>(c)) ? c : '-');
}

class FamilyRefuses : public testing::TestWithParam<Refused> {};

TEST_P(FamilyRefuses, WithItsText) {
  const Folder folder;
  folder.trifle(metrics({"setup"}));
  auto words = metrics(GetParam().words, {});
  const auto run = folder.trifle(words, {.environment = {{"TRIFLE_DRIVER", "sqlite"}, {"TRIFLE_DB", "s.db"}}});
  EXPECT_EQ(run.code, GetParam().code) << run.err;
  EXPECT_THAT(run.err, HasSubstr(GetParam().says));
  EXPECT_THAT(run.out, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, FamilyRefuses,
    testing::Values(
        Refused{{"get", "--key", "k", "--from", "2026-07-15T00:00:00Z"},
                1,
                "from and to are required together (RFC3339, e.g. 2024-01-02T15:04:05Z)"},
        Refused{{"keys", "--to", "2026-07-15T00:00:00Z"}, 1, "from and to are required together"},
        Refused{{"keys", "--from", "2026-07-15", "--to", "2026-07-16"},
                1,
                "from must be RFC3339 (e.g. 2024-01-02T15:04:05Z or 2024-01-02T15:04:05+00:00)"},
        Refused{{"keys", "--from", "2026-07-15T00:00:00Z", "--to", "x"}, 1, "to must be RFC3339"},
        Refused{{"keys", "--granularity", "1x"},
                1,
                "granularity must be <number><unit> using s, m, h, d, w, mo, q, y (e.g. 1h, 15m, 1d)"},
        Refused{{"keys", "--granularity", "h"}, 1, "granularity must be <number><unit>"},
        Refused{{"get"}, 1, "--key is required for local drivers"}, Refused{{"push"}, 1, "--key is required"},
        Refused{{"push", "--key", "k"}, 1, "--values or --values-file is required"},
        Refused{{"push", "--key", "k", "--values", " "}, 1, "--values or --values-file is required"},
        Refused{{"push", "--key", "k", "--values-file", "nope"}, 1, "read payload file: nope: No such file"},
        Refused{{"push", "--key", "k", "--values", "[1]"}, 1, "values must be a JSON object"},
        Refused{{"push", "--key", "k", "--values", "1"}, 1, "values must be a JSON object"},
        Refused{{"push", "--key", "k", "--values", R"({"a":1})", "--mode", "x"},
                1,
                "invalid mode: x (expected track or assert)"},
        Refused{{"push", "--key", "k", "--values", R"({"a":1})", "--at", "x"}, 1, "at must be RFC3339"},
        Refused{{"push", "--key", "k", "--values", R"({"a":1})", "--table", "nope"},
                1,
                "(run: trifle metrics setup --driver sqlite --table nope)"},
        Refused{
            {"get", "--key", "k", "--table", "nope"}, 1, "(run: trifle metrics setup --driver sqlite --table nope)"},
        Refused{{"keys", "--week-start", "x"}, 1, "invalid week-start: x"},
        Refused{{"keys", "--joined", "x"}, 1, "invalid joined mode: x"},
        Refused{{"keys", "--timezone", "Mars/Phobos"}, 1, "Mars/Phobos"},
        Refused{{"keys", "--driver", "nope"}, 1, "unknown driver \"nope\": this version of trifle has sqlite"},
        Refused{{"keys", "--driver", "mongo", "--port", "1"}, 1, "mongo"},
        Refused{{"setup", "--driver", "api"},
                1,
                "setup is only supported for local drivers (sqlite, postgres, mysql, redis, mongo)"},
        Refused{{"keys", "--nope"}, 2, "flag provided but not defined: -nope"},
        Refused{{"keys", "--key"}, 2, "flag needs an argument: -key"},
        Refused{{"keys", "---key"}, 2, "bad flag syntax: ---key"},
        Refused{{"get", "--skip-blanks=maybe"}, 2, "invalid boolean value \"maybe\" for -skip-blanks: parse error"},
        Refused{{"keys", "--buffer-size", "x"}, 2, "invalid value \"x\" for flag -buffer-size: parse error"}));

TEST(Family, TheDriverIsTheApiUnlessItIsSaid) {
  const Folder folder;
  const auto run = folder.trifle({"metrics", "keys", "--db", "s.db"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("--db s.db is no https:// URL, and the driver is api"));
  EXPECT_EQ(folder.trifle({"metrics", "setup"}).code, 1);
  EXPECT_THAT(folder.trifle({"metrics", "setup", "--driver", "sqlite"}).err,
              HasSubstr("--db is required for sqlite driver"));
}

TEST(Family, HelpAndUnknownCommands) {
  const Folder folder;
  const auto none = folder.trifle({"metrics"});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.out, StartsWith("usage: trifle metrics"));
  const auto unknown = folder.trifle({"metrics", "nope"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_EQ(unknown.err, "unknown metrics command: nope\n");
  EXPECT_EQ(folder.trifle({"metrics", "help"}).code, 0);
  const auto flags = folder.trifle({"metrics", "push", "-h"});
  EXPECT_EQ(flags.code, 0);
  EXPECT_THAT(flags.out, IsEmpty());
  EXPECT_THAT(flags.err, HasSubstr("-values-file string"));
  EXPECT_THAT(flags.err, HasSubstr("-separator string\n    \t"));
  EXPECT_THAT(folder.trifle({"metrics", "aggregate", "-h"}).err, HasSubstr("-slices int"));
}

TEST(Family, ParsingStopsAtTheFirstWord) {
  const Folder folder;
  folder.trifle(metrics({"setup"}));
  const auto run = folder.trifle(metrics({"keys"}, {kSqlite, {"stop", "--granularity", "1x"}}));
  EXPECT_EQ(run.code, 0) << run.err;
}

}  // namespace
