#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace {

using nlohmann::json;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using trifle::test::Folder;

/// A database with three hours of `orders`.
class Read : public testing::Test {
 protected:
  void SetUp() override {
    const auto run = folder_.trifle(
        {"track", "-", "--db", "s.db"},
        {.input = R"({"key":"orders","at":"2026-07-15T10:10:00Z","values":{"count":1,"country":{"us":1,"<de>":2}}}
{"key":"orders","at":"2026-07-15T12:10:00Z","values":{"count":3.5}}
{"key":"a.b","at":"2026-07-15T12:10:00Z","values":{"n":1}}
)"});
    ASSERT_EQ(run.code, 0) << run.err;
  }

  std::vector<std::string> range(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(),
                     {"--db", "s.db", "--from", "2026-07-15T10:00:00Z", "--to", "2026-07-15T12:59:59Z"});
    return arguments;
  }

  Folder folder_;
};

TEST_F(Read, GetPrintsTheFamilysShape) {
  const auto run = folder_.trifle(range({"get", "orders"}));
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(run.out, R"({
  "data": {
    "at": [
      "2026-07-15T10:00:00Z",
      "2026-07-15T11:00:00Z",
      "2026-07-15T12:00:00Z"
    ],
    "values": [
      {
        "count": 1,
        "country": {
          "\u003cde\u003e": 2,
          "us": 1
        }
      },
      {},
      {
        "count": 3.5
      }
    ]
  }
}
)");
  EXPECT_THAT(run.err, IsEmpty());
}

TEST_F(Read, GetAsCsvAndAsText) {
  EXPECT_EQ(folder_.trifle(range({"get", "orders", "--csv"})).out,
            "at,count,country.<de>,country.us\n"
            "2026-07-15T10:00:00Z,1,2,1\n"
            "2026-07-15T11:00:00Z,,,\n"
            "2026-07-15T12:00:00Z,3.5,,\n");
  EXPECT_EQ(folder_.trifle(range({"get", "orders", "--text", "--skip-blanks"})).out,
            "at                    count  country.<de>  country.us\n"
            "2026-07-15T10:00:00Z      1             2           1\n"
            "2026-07-15T12:00:00Z    3.5                          \n");
}

TEST_F(Read, ATerminalGetsATableUnlessJsonIsAskedFor) {
  EXPECT_THAT(folder_.trifle(range({"get", "orders"}), {.terminal = true}).out, StartsWith("at  "));
  EXPECT_THAT(folder_.trifle(range({"get", "orders", "--json"}), {.terminal = true}).out, StartsWith("{"));
  EXPECT_THAT(folder_.trifle(range({"keys"}), {.terminal = true}).out, StartsWith("metric_key"));
}

TEST_F(Read, TimesAreOfTheConfiguredZone) {
  const auto run = folder_.trifle(
      range({"get", "orders", "--csv", "--timezone", "Asia/Kolkata", "--granularity", "1s", "--skip-blanks"}));
  EXPECT_EQ(run.code, 0);
  // Nothing was written at 1s; a granularity that isn't configured can be asked for all the same.
  EXPECT_EQ(run.out, "at\n");
  const auto hour =
      folder_.trifle(range({"get", "orders", "--csv", "--timezone", "Europe/Bratislava", "--skip-blanks"}));
  EXPECT_THAT(hour.out, HasSubstr("2026-07-15T12:00:00+02:00,1,2,1\n"));
}

TEST_F(Read, KeysPrintTheFamilysShape) {
  EXPECT_EQ(folder_.trifle(range({"keys"})).out, R"({
  "paths": [
    {
      "metric_key": "a.b",
      "observations": 1
    },
    {
      "metric_key": "orders",
      "observations": 2
    }
  ],
  "status": "ok",
  "timeframe": {
    "from": "2026-07-15T10:00:00Z",
    "granularity": "1h",
    "to": "2026-07-15T12:59:59Z"
  },
  "total_paths": 2
}
)");
  EXPECT_EQ(folder_.trifle(range({"keys", "orders", "--csv"})).out,
            "metric_key,observations\ncount,2\ncountry.<de>,1\ncountry.us,1\n");
}

TEST_F(Read, RangesByDateAndByLast) {
  const auto dates =
      json::parse(folder_.trifle({"get", "orders", "--db", "s.db", "--from", "2026-07-15", "--to", "2026-07-15"}).out);
  EXPECT_THAT(dates.at("data").at("at"), SizeIs(24));
  EXPECT_EQ(dates.at("data").at("at").back(), "2026-07-15T23:00:00Z");
  const auto week =
      json::parse(folder_.trifle({"get", "orders", "--db", "s.db", "--last", "7d", "--granularity", "1d"}).out);
  EXPECT_THAT(week.at("data").at("at"), SizeIs(8));
  const auto open =
      json::parse(folder_.trifle({"get", "orders", "--db", "s.db", "--from", "2026-07-15", "--granularity", "1y"}).out);
  EXPECT_EQ(open.at("data").at("values").at(0).at("count"), 4.5);
}

TEST_F(Read, WrongRangesAreUsage) {
  const auto code = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"get", "orders", "--db", "s.db"});
    const auto run = folder_.trifle(arguments);
    EXPECT_THAT(run.err, Not(IsEmpty()));
    EXPECT_THAT(run.out, IsEmpty());
    return run.code;
  };
  EXPECT_EQ(code({"--last", "7x"}), 2);
  EXPECT_EQ(code({"--last", "7d", "--from", "2026-07-15"}), 2);
  EXPECT_EQ(code({"--to", "2026-07-15"}), 2);
  EXPECT_EQ(code({"--from", "2026-02-30"}), 2);
  EXPECT_EQ(code({"--from", "2026-07-16", "--to", "2026-07-15"}), 2);
  EXPECT_EQ(code({"--granularity", "1x"}), 1);
  EXPECT_EQ(code({"--granularity", "0h"}), 1);
  EXPECT_EQ(code({"--granularity", "01h"}), 1);
  EXPECT_EQ(code({"--json", "--csv"}), 2);
  EXPECT_EQ(code({"--from", "0001-01-01", "--to", "9999-12-31", "--granularity", "1s"}), 1);
}

TEST_F(Read, NamesFromALogCannotCommandATerminal) {
  ASSERT_EQ(
      folder_
          .trifle({"track", "evil", "--values", "{\"\\u001b[2J\":1}", "--at", "2026-07-15T12:00:00Z", "--db", "s.db"})
          .code,
      0);
  const auto run = folder_.trifle(range({"get", "evil", "--text"}));
  EXPECT_THAT(run.out, HasSubstr("\\x1b[2J"));
  EXPECT_THAT(run.out, Not(HasSubstr("\x1b")));
}

TEST(ReadNothing, AMissingFileIsAnErrorAndStaysMissing) {
  const Folder folder;
  for (const char* command : {"keys", "get", "plot", "scan"}) {
    std::vector<std::string> arguments{command};
    if (std::string(command) != "keys") arguments.emplace_back("k");
    arguments.insert(arguments.end(), {"--db", "nope.db"});
    const auto run = folder.trifle(arguments);
    EXPECT_EQ(run.code, 1) << command;
    EXPECT_EQ(run.err, "trifle: no database at nope.db (run: trifle setup --db nope.db)\n");
    EXPECT_FALSE(folder.has("nope.db"));
  }
}

TEST(ReadNothing, AFileThatIsNoDatabaseIsAnError) {
  const Folder folder;
  const std::string content = "this is a text, and long enough to be looked at: " + std::string(200, 'x');
  folder.write("text.db", content);
  const auto run = folder.trifle({"keys", "--db", "text.db"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("not a database"));
  EXPECT_EQ(folder.read("text.db"), content);
}

TEST(ReadNothing, ADatabaseWithoutTablesSaysHowToMakeThem) {
  const Folder folder;
  folder.write("empty.db", "");
  const auto run = folder.trifle({"keys", "--db", "empty.db"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("no such table"));
  EXPECT_THAT(run.err, HasSubstr("(run: trifle metrics setup --driver sqlite --table trifle_stats)"));
  EXPECT_EQ(folder.read("empty.db"), "");
}

TEST_F(Read, LeavesNoFilesBehind) {
  folder_.trifle(range({"get", "orders"}));
  EXPECT_FALSE(folder_.has("s.db-wal"));
  EXPECT_FALSE(folder_.has("s.db-shm"));
}

TEST_F(Read, AReadOnlyFileCanBeRead) {
  ::chmod(folder_.file("s.db").c_str(), 0444);
  const auto run = folder_.trifle(range({"keys", "--csv"}));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("orders,2"));
  if (::geteuid() != 0) {
    EXPECT_EQ(folder_.trifle({"track", "k", "a=1", "--db", "s.db"}).code, 1);
  }
}

}  // namespace
