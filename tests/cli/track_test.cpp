#include <gmock/gmock.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>

#include "program.hpp"

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using trifle::test::Folder;

/// The only bucket of a key on 15 July 2026.
json numbers_of(const Folder& folder, const std::string& key) {
  const auto run =
      folder.trifle({"get", key, "--db", "s.db", "--from", "2026-07-15", "--to", "2026-07-15", "--granularity", "1d"});
  EXPECT_EQ(run.code, 0) << run.err;
  return run.code == 0 ? json::parse(run.out).at("data").at("values").at(0) : json();
}

TEST(Track, AddsPairsAndCreatesTheDatabase) {
  const Folder folder;
  for (int i = 0; i < 2; ++i) {
    const auto run = folder.trifle(
        {"track", "orders", "count=1", "country.us=2", "eur=-2.5", "--at", "2026-07-15T10:00:00Z", "--db", "s.db"});
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.out, IsEmpty());
  }
  EXPECT_EQ(numbers_of(folder, "orders"), json::parse(R"({"count":2,"country":{"us":4},"eur":-5})"));
}

TEST(Track, AssertSets) {
  const Folder folder;
  for (const char* value : {"120", "80"}) {
    ASSERT_EQ(folder
                  .trifle({"track", "stock", "--mode", "assert", "--values", std::string("{\"books\":") + value + "}",
                           "--at", "2026-07-15", "--db", "s.db"})
                  .code,
              0);
  }
  EXPECT_EQ(numbers_of(folder, "stock"), json::parse(R"({"books":80})"));
}

TEST(Track, UntrackedCountsUnderTheFamilysName) {
  const Folder folder;
  ASSERT_EQ(folder.trifle({"track", "internal", "n=1", "--untracked", "--at", "2026-07-15", "--db", "s.db"}).code, 0);
  EXPECT_EQ(numbers_of(folder, "internal"), json::parse(R"({"n":1})"));
  const auto keys = folder.trifle({"keys", "--db", "s.db", "--from", "2026-07-15", "--to", "2026-07-15", "--csv"});
  EXPECT_THAT(keys.out, testing::Not(HasSubstr("internal")));
}

TEST(Track, KeepsIntegersExactly) {
  const Folder folder;
  ASSERT_EQ(folder.trifle({"track", "big", "n=9007199254740993", "--at", "2026-07-15", "--db", "s.db"}).code, 0);
  const auto run = folder.trifle(
      {"get", "big", "--db", "s.db", "--from", "2026-07-15", "--to", "2026-07-15", "--granularity", "1d", "--csv"});
  EXPECT_EQ(run.out, "at,n\n2026-07-15T00:00:00Z,9007199254740993\n");
}

struct Refused {
  const char* values;
  const char* says;
};

// In the test's name, which must be the same in every run.
void PrintTo(const Refused& refused, std::ostream* out) {
  for (const char c : std::string_view(refused.says)) *out << (std::isalnum(static_cast<unsigned char>(c)) ? c : '-');
}

class TrackRefuses : public testing::TestWithParam<Refused> {};

TEST_P(TrackRefuses, BadValuesBeforeAnythingIsWritten) {
  const Folder folder;
  const auto run = folder.trifle({"track", "k", "--db", "s.db", "--values", GetParam().values});
  EXPECT_EQ(run.code, 1) << run.out;
  EXPECT_THAT(run.err, HasSubstr(GetParam().says));
  if (folder.has("s.db")) {
    const auto keys = folder.trifle({"keys", "--db", "s.db", "--csv"});
    EXPECT_EQ(keys.out, "metric_key,observations\n");
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, TrackRefuses,
    testing::Values(Refused{R"({"a":{"b":null}})", "\"a.b\" is not a number"},
                    Refused{R"({"a":true})", "\"a\" is not a number"}, Refused{R"({"a":"1"})", "\"a\" is not a number"},
                    Refused{R"({"a":[1]})", "\"a\" is an array"}, Refused{R"({"a":1,"a":2})", "\"a\" is given twice"},
                    Refused{R"({})", "is empty"}, Refused{R"({"a":{}})", "\"a\" is an empty object"},
                    Refused{R"([1])", "must be a JSON object"}, Refused{R"(1)", "must be a JSON object"},
                    Refused{R"({"a":9223372036854775808})", "beyond 64 bits"},
                    Refused{R"({"a":123456789012345678901234567890})", "beyond 64 bits"},
                    Refused{R"({"a":1e999})", "not JSON"}, Refused{R"({"a":1)", "not JSON"},
                    Refused{R"({"a":NaN})", "not JSON"}, Refused{R"({"a":1,"a.b":1})", "both a number and a map"},
                    Refused{"{\"\xff\":1}", "not JSON"}));

TEST(Track, RefusesWrongUse) {
  const Folder folder;
  EXPECT_EQ(folder.trifle({"track", "k", "--db", "s.db"}).code, 2);
  EXPECT_EQ(folder.trifle({"track", "k", "count", "--db", "s.db"}).code, 2);
  EXPECT_EQ(folder.trifle({"track", "k", "a=1", "--mode", "nope", "--db", "s.db"}).code, 2);
  EXPECT_EQ(folder.trifle({"track", "k", "a=1", "--at", "nope", "--db", "s.db"}).code, 2);
  EXPECT_EQ(folder.trifle({"track", "k", "a=1}", "--db", "s.db"}).code, 1);
  EXPECT_FALSE(folder.has("s.db"));
}

TEST(Track, ReadsLinesFromStandardInput) {
  const Folder folder;
  const auto run = folder.trifle({"track", "-", "--db", "s.db"},
                                 {.input = R"({"key":"a","at":1784109600,"values":{"n":1,"m":{"x":2}}}
{"key":"a","at":"2026-07-15T12:00:00+02:00","values":{"n":1}}
{"key":"a","at":1784109600.5,"values":{"n":5},"operation":"assert"}
{"key":"b","at":1784109600,"values":{"n":1},"untracked":true}
{"key":"a","at":1784109600,"values":{"n":"x"}}
{"key":"a","at":1784109600,"value":{"n":1}}
{"key":"","at":1784109600,"values":{"n":1}}
nonsense
)"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("8 lines, 4 events, 4 bad"));
  EXPECT_THAT(run.err, HasSubstr("line 5: \"values.n\" is not a number"));
  EXPECT_THAT(run.err, HasSubstr("line 6: unknown member \"value\""));
  EXPECT_THAT(run.err, HasSubstr("line 7: "));
  EXPECT_THAT(run.err, HasSubstr("line 8: not JSON"));
  EXPECT_EQ(numbers_of(folder, "a"), json::parse(R"({"n":5,"m":{"x":2}})"));
  EXPECT_EQ(numbers_of(folder, "b"), json::parse(R"({"n":1})"));
}

TEST(Status, IsReplacedAndShown) {
  const Folder folder;
  ASSERT_EQ(
      folder.trifle({"beam", "w", "--db", "s.db", "--values", R"({"state":"busy","old":1})", "--at", "2026-07-15"})
          .code,
      0);
  ASSERT_EQ(folder
                .trifle({"beam", "w", "--db", "s.db", "--values",
                         R"({"state":"<idle>","queue":12,"up":true,"job":null,"a":{"b":1.5}})", "--at",
                         "2026-07-15T10:00:00Z"})
                .code,
            0);
  const auto run = folder.trifle({"scan", "w", "--db", "s.db"});
  EXPECT_EQ(run.out, R"({
  "data": {
    "at": "2026-07-15T10:00:00Z",
    "key": "w",
    "values": {
      "a": {
        "b": 1.5
      },
      "job": null,
      "queue": 12,
      "state": "\u003cidle\u003e",
      "up": true
    }
  }
}
)");
  EXPECT_THAT(folder.trifle({"scan", "w", "--db", "s.db"}, {.terminal = true}).out, HasSubstr("queue"));
  const auto none = folder.trifle({"scan", "x", "--db", "s.db"});
  EXPECT_EQ(none.code, 1);
  EXPECT_EQ(none.err, "trifle: no status of \"x\"\n");
}

TEST(Setup, CreatesOnceAndChecks) {
  const Folder folder;
  const auto missing = folder.trifle({"setup", "--check", "--db", "s.db"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("no database at s.db"));
  EXPECT_FALSE(folder.has("s.db"));

  const auto first = folder.trifle({"setup", "--db", "s.db"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("created table trifle_stats"));
  EXPECT_THAT(first.out, HasSubstr("Sqlite setup complete for trifle_stats\n"));
  EXPECT_EQ(folder.trifle({"setup", "--db", "s.db"}).out, "Sqlite setup complete for trifle_stats\n");
  EXPECT_EQ(folder.trifle({"setup", "--check", "--db", "s.db"}).code, 0);

  const auto other = folder.trifle({"setup", "--check", "--db", "s.db", "--table", "x"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.out, HasSubstr("missing table x"));
}

}  // namespace
