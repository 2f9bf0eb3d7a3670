#include <gmock/gmock.h>

#include <cctype>
#include <ostream>
#include <string_view>

#include "program.hpp"

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using trifle::test::Folder;
using ProgramRun = trifle::test::Run;  // a test has a Run of its own

/// The rows of the family's own example: {c:{us:1,de:2}, n:1}, {c:{us:3,fr:4}}, {}.
class FamilySeries : public testing::Test {
 protected:
  void SetUp() override {
    const char* lines = R"({"key":"k","at":"2026-07-15T10:00:00Z","values":{"c":{"us":1,"de":2},"n":1}}
{"key":"k","at":"2026-07-15T11:00:00Z","values":{"c":{"us":3,"fr":4}}}
)";
    ASSERT_EQ(folder_.trifle({"track", "-", "--db", "s.db"}, {.input = lines}).code, 0);
  }

  ProgramRun metrics(std::vector<std::string> words) const {
    words.insert(words.begin(), "metrics");
    words.insert(words.begin() + 2, {"--driver", "sqlite", "--db", "s.db", "--from", "2026-07-15T10:00:00Z", "--to",
                                     "2026-07-15T12:00:00Z"});
    return folder_.trifle(words);
  }

  Folder folder_;
};

TEST_F(FamilySeries, Aggregate) {
  const auto run = metrics({"aggregate", "--key", "k", "--value-path", "c.us", "--aggregator", "sum"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, R"({
  "aggregator": "sum",
  "available_paths": [
    "c.de",
    "c.fr",
    "c.us",
    "n"
  ],
  "count": 1,
  "matched_paths": [
    "c.us"
  ],
  "metric_key": "k",
  "slices": 1,
  "status": "ok",
  "table": {
    "columns": [
      "at",
      "c.us"
    ],
    "rows": [
      [
        "2026-07-15T10:00:00Z",
        1
      ],
      [
        "2026-07-15T11:00:00Z",
        3
      ],
      [
        "2026-07-15T12:00:00Z",
        null
      ]
    ]
  },
  "timeframe": {
    "from": "2026-07-15T10:00:00Z",
    "granularity": "1h",
    "label": "custom",
    "to": "2026-07-15T12:00:00Z"
  },
  "value": 4,
  "value_path": "c.us",
  "values": [
    4
  ]
}
)");
}

TEST_F(FamilySeries, NullSlicesAreDroppedFromValuesAndNotCounted) {
  const auto run = metrics({"aggregate", "--key=k", "--value-path=n", "--aggregator=MIN", "--slices=3"});
  EXPECT_THAT(run.out, HasSubstr("\"count\": 1,"));
  EXPECT_THAT(run.out, HasSubstr("\"slices\": 3,"));
  EXPECT_THAT(run.out, HasSubstr("\"values\": [\n    1\n  ]\n}"));
  EXPECT_THAT(run.out, testing::Not(HasSubstr("\"value\":")));
  // The sum of nothing is the family's 0.
  EXPECT_THAT(metrics({"aggregate", "--key=k", "--value-path=n", "--aggregator=sum", "--slices=3"}).out,
              HasSubstr("\"values\": [\n    1,\n    0,\n    0\n  ]\n}"));
}

TEST_F(FamilySeries, Timeline) {
  const auto run = metrics({"timeline", "--key", "k", "--value-path", "n"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, R"({
  "available_paths": [
    "c.de",
    "c.fr",
    "c.us",
    "n"
  ],
  "formatter": "timeline",
  "matched_paths": [
    "n"
  ],
  "metric_key": "k",
  "result": {
    "n": [
      {
        "at": "2026-07-15T10:00:00Z",
        "value": 1
      },
      {
        "at": "2026-07-15T11:00:00Z",
        "value": 0
      },
      {
        "at": "2026-07-15T12:00:00Z",
        "value": 0
      }
    ]
  },
  "slices": 1,
  "status": "ok",
  "table": {
    "columns": [
      "at",
      "n"
    ],
    "rows": [
      [
        "2026-07-15T10:00:00Z",
        1
      ],
      [
        "2026-07-15T11:00:00Z",
        null
      ],
      [
        "2026-07-15T12:00:00Z",
        null
      ]
    ]
  },
  "timeframe": {
    "from": "2026-07-15T10:00:00Z",
    "granularity": "1h",
    "label": "custom",
    "to": "2026-07-15T12:00:00Z"
  },
  "value_path": "n"
}
)");
}

TEST_F(FamilySeries, TimelineInSlicesIsListsInLists) {
  EXPECT_THAT(metrics({"timeline", "--key", "k", "--value-path", "n", "--slices", "3"}).out, HasSubstr(R"(    "n": [
      [
        {
          "at": "2026-07-15T10:00:00Z",
          "value": 1
        }
      ],
      [)"));
}

TEST_F(FamilySeries, Category) {
  const auto run = metrics({"category", "--key", "k", "--value-path", "c"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr(R"(  "formatter": "category",
  "matched_paths": [
    "c.de",
    "c.fr",
    "c.us"
  ],
  "metric_key": "k",
  "result": {
    "c.de": 2,
    "c.fr": 4,
    "c.us": 4
  },
  "slices": 1,
)"));
  EXPECT_THAT(metrics({"category", "--key", "k", "--value-path", "c", "--slices", "2"}).out, HasSubstr(R"(  "result": [
    {
      "c.de": 0,
      "c.fr": 4,
      "c.us": 3
    },
    {
      "c.de": 0,
      "c.fr": 0,
      "c.us": 0
    }
  ],
)"));
}

TEST_F(FamilySeries, TablesAndCsvAreOfTheSameTable) {
  EXPECT_EQ(metrics({"category", "--key", "k", "--value-path", "c", "--format", "table"}).out,
            "at                    c.de  c.fr  c.us\n"
            "--------------------  ----  ----  ----\n"
            "2026-07-15T10:00:00Z  2           1   \n"
            "2026-07-15T11:00:00Z        4     3   \n"
            "2026-07-15T12:00:00Z                  \n");
  const std::string csv = "at,n\n2026-07-15T10:00:00Z,1\n2026-07-15T11:00:00Z,\n2026-07-15T12:00:00Z,\n";
  EXPECT_EQ(metrics({"timeline", "--key", "k", "--value-path", "n", "--format", "csv"}).out, csv);
  EXPECT_EQ(metrics({"aggregate", "--key", "k", "--value-path", "n", "--aggregator", "max", "--format=CSV"}).out, csv);
}

TEST_F(FamilySeries, TimesAreOfTheZone) {
  EXPECT_THAT(metrics({"timeline", "--timezone", "Europe/Bratislava", "--key", "k", "--value-path", "n"}).out,
              HasSubstr("\"at\": \"2026-07-15T12:00:00+02:00\""));
}

struct Refused {
  std::vector<std::string> words;
  const char* says;
};

// In the test's name, which must be the same in every run.
void PrintTo(const Refused& refused, std::ostream* out) {
  for (const char c : std::string_view(refused.says)) *out << (std::isalnum(static_cast<unsigned char>(c)) ? c : '-');
}

class FamilySeriesRefuses : public FamilySeries, public testing::WithParamInterface<Refused> {};

TEST_P(FamilySeriesRefuses, WithItsText) {
  const auto run = metrics(GetParam().words);
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.err, std::string("trifle: ") + GetParam().says + "\n");
  EXPECT_THAT(run.out, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, FamilySeriesRefuses,
    testing::Values(
        Refused{{"aggregate", "--key", "k", "--value-path", "n"}, "--key, --value-path, and --aggregator are required"},
        Refused{{"timeline", "--key", "k"}, "--key and --value-path are required"},
        Refused{{"aggregate", "--key", "k", "--value-path", "m", "--aggregator", "sum"},
                "unknown path: m (available: n, c.de, c.fr, c.us)"},
        Refused{{"aggregate", "--key", "k", "--value-path", "c", "--aggregator", "sum"},
                "unknown path: c (available: c.de, c.fr, c.us, n)"},
        Refused{{"aggregate", "--key", "nope", "--value-path", "n", "--aggregator", "sum"},
                "no data available for path n in the selected timeframe"},
        Refused{{"aggregate", "--key", "k", "--value-path", "n", "--aggregator", "median"},
                "unsupported aggregator \"median\" (sum, mean, min or max)"},
        Refused{{"aggregate", "--key", "k", "--value-path", "c.*", "--aggregator", "sum"},
                "wildcards are not supported in value_path \"c.*\""},
        Refused{{"aggregate", "--key", "k", "--value-path", "n", "--aggregator", "sum", "--slices", "0"},
                "slices must be a positive integer."},
        Refused{{"timeline", "--key", "k", "--value-path", "m"},
                "no matching data found for path m in the selected timeframe (available: n, c.de, c.fr, c.us)"},
        Refused{{"category", "--key", "nope", "--value-path", "c"},
                "no matching data found for path c in the selected timeframe"},
        Refused{{"category", "--key", "k", "--value-path", "c", "--granularity", "1x"},
                "granularity must be <number><unit> using s, m, h, d, w, mo, q, y (e.g. 1h, 15m, 1d)"},
        Refused{{"category", "--key", "k", "--value-path", "c", "--table", "nope"},
                "read: there is no table 'nope' yet; run setup first (sqlite: no such table: nope, code 1) (run: "
                "trifle metrics "
                "setup --driver sqlite --table nope)"}));

}  // namespace
