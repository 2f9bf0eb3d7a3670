#include "every_command.hpp"

#include <gmock/gmock.h>

namespace trifle::test {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

void expect_every_command_works(const RunThere& trifle, const Backend& backend) {
  const auto run = [&](std::vector<std::string> words, const std::string& input = {}) {
    auto ran = trifle(words, input);
    EXPECT_EQ(ran.code, 0) << words[0] << ": " << ran.err;
    return ran;
  };
  // On the day of which all of it is.
  const auto day = [&](std::vector<std::string> words, const char* form = "--csv") {
    words.insert(words.end(), {"--from", "2026-07-15", "--to", "2026-07-15", "--granularity", "1d"});
    if (*form != '\0') words.emplace_back(form);
    return run(words).out;
  };

  run({"setup"});
  run({"setup", "--check"});
  run({"track", "orders", "count=1", "revenue=49.90", "country.us=1", "--at", "2026-07-15T10:00:00Z"});
  run({"track", "-"}, R"({"key":"orders","at":"2026-07-15T11:00:00Z","values":{"count":2,"country":{"de":2}}})");
  run({"track", "level", "books=7", "--mode", "assert", "--at", "2026-07-15T10:00:00Z"});
  std::string log;
  for (const char* hour : {"10", "11", "12"})
    log += std::string("10.0.0.1 - - [15/Jul/2026:") + hour + R"(:05:03 +0000] "GET /x HTTP/1.1" 200 5 "-" "-")" + "\n";
  EXPECT_THAT(run({"import", "-", "--format", "combined"}, log).err, HasSubstr("3 lines, 3 events, 0 bad, "));

  EXPECT_EQ(day({"get", "orders"}), "at,count,country.de,country.us,revenue\n2026-07-15T00:00:00Z,3,2,1,49.9\n");
  EXPECT_EQ(day({"get", "requests"}), "at,bytes,count,method.GET,status.200\n2026-07-15T00:00:00Z,15,3,3,3\n");
  EXPECT_EQ(day({"keys"}), "metric_key,observations\nlevel,1\norders,2\nrequests,3\n");
  EXPECT_THAT(day({"keys", "orders"}), HasSubstr("country.de,1\n"));
  for (const char* aggregate : {"sum", "mean", "min", "max"}) EXPECT_EQ(day({aggregate, "orders", "count"}, ""), "3\n");
  EXPECT_EQ(day({"count", "orders", "count"}, ""), "1\n");
  EXPECT_EQ(day({"timeline", "orders", "country"}), "at,country.de,country.us\n2026-07-15T00:00:00Z,2,1\n");
  EXPECT_EQ(day({"category", "orders", "country"}), "path,sum\ncountry.de,2\ncountry.us,1\n");
  EXPECT_THAT(day({"plot", "orders", "count"}, ""), HasSubstr("orders count"));

  const std::vector<std::string> status = {"--values", R"({"state":"idle","queue":12})", "--at",
                                           "2026-07-15T10:00:00Z"};
  std::vector<std::string> beam = {"beam", "w"};
  beam.insert(beam.end(), status.begin(), status.end());
  if (backend.statuses) {
    run(beam);
    EXPECT_EQ(run({"scan", "w", "--csv"}).out, "name,value\nat,2026-07-15T10:00:00Z\nqueue,12\nstate,idle\n");
  } else {
    EXPECT_THAT(trifle(beam, {}).err, HasSubstr("has no statuses"));
    EXPECT_THAT(trifle({"scan", "w"}, {}).err, HasSubstr("has no statuses"));
  }

  const auto metrics = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "metrics");
    words.insert(words.end(), {"--driver", backend.driver});
    words.insert(words.end(),
                 {"--from", "2026-07-15T00:00:00Z", "--to", "2026-07-15T23:59:59Z", "--granularity", "1d"});
    return run(words).out;
  };
  if (backend.tables) run({"metrics", "setup", "--driver", backend.driver});
  run({"metrics", "push", "--driver", backend.driver, "--key", "orders", "--values", R"({"count":4})", "--at",
       "2026-07-15T12:00:00Z"});
  EXPECT_THAT(metrics({"get", "--key", "orders"}), AllOf(StartsWith("{"), HasSubstr("\"count\": 7")));
  EXPECT_THAT(metrics({"keys", "--format", "csv"}), HasSubstr("orders,3\n"));
  EXPECT_THAT(metrics({"aggregate", "--key", "orders", "--value-path", "count", "--aggregator", "sum"}),
              HasSubstr("\"value\": 7"));
  EXPECT_THAT(metrics({"timeline", "--key", "orders", "--value-path", "count", "--format", "csv"}), HasSubstr("Z,7"));
  EXPECT_THAT(metrics({"category", "--key", "orders", "--value-path", "country", "--format", "csv"}),
              AllOf(HasSubstr("country.de"), HasSubstr("Z,2,1")));
}

}  // namespace trifle::test
