// The program against a model of the family's server.

#include <sys/stat.h>

#include <string>

#include <gmock/gmock.h>

#include "every_command.hpp"
#include "program.hpp"
#include "servers/api_server.hpp"
#include "servers/certificates.hpp"

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using trifle::stats::Instant;
using trifle::stats::Number;
using trifle::stats::test::ApiServer;
using trifle::stats::test::Authority;
using trifle::stats::test::HttpRequest;
using trifle::test::expect_every_command_works;
using trifle::test::Folder;
using Ran = trifle::test::Run;
using trifle::test::Setting;

class ApiProgram : public testing::Test {
 protected:
  Ran trifle(std::vector<std::string> words) const {
    words.insert(words.end(), {"--db", server.url(), "--source-id", server.config().source_id});
    return folder.trifle(words, secret);
  }
  /// As the family calls it, all in variables.
  Ran family(const std::vector<std::string>& words) const {
    auto setting = secret;
    setting.environment.emplace_back("TRIFLE_URL", "127.0.0.1:" + std::to_string(server.http_port()));
    setting.environment.emplace_back("TRIFLE_SOURCE_ID", server.config().source_id);
    std::vector<std::string> all{"metrics"};
    all.insert(all.end(), words.begin(), words.end());
    return folder.trifle(all, setting);
  }

  ApiServer server{{.time_zone = "America/New_York", .granularities = {"1h", "1d"}, .default_granularity = "1d"}};
  Folder folder;
  const Setting secret{.environment = {{"TRIFLE_TOKEN", server.config().token}}};
};

TEST_F(ApiProgram, EveryCommandThatMakesSenseWorks) {
  auto run = trifle({"setup"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, "Api setup complete for " + server.url() + "\n");
  EXPECT_EQ(trifle({"setup", "--check"}).code, 0);
  run = trifle({"track", "orders", "count=1", "revenue=49.90", "country.us=1", "--at", "2026-07-15T10:00:00Z"});
  ASSERT_EQ(run.code, 0) << run.err;
  ASSERT_EQ(trifle({"track", "orders", "count=2", "--at", "2026-07-15T10:00:01Z"}).code, 0);
  run = trifle({"get", "orders", "--from", "2026-07-15", "--to", "2026-07-15", "--csv"});
  EXPECT_EQ(run.out, "at,count,country.us,revenue\n2026-07-15T00:00:00-04:00,3,1,49.9\n")
      << "the source's zone and granularity: " << run.err;
  run = trifle({"keys", "--from", "2026-07-15", "--to", "2026-07-15", "--csv"});
  EXPECT_EQ(run.out, "metric_key,observations\norders,2\n") << run.err;
  run = trifle({"sum", "orders", "count", "--from", "2026-07-15", "--to", "2026-07-15"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("3"));
  EXPECT_EQ(trifle({"plot", "orders", "count", "--from", "2026-07-15", "--to", "2026-07-15"}).code, 0);
  run = trifle({"track", "orders", "count=10", "--mode", "assert", "--at", "2026-07-15T10:00:00Z"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(server.sum("orders", "count", Instant::parse("2026-07-15T10:00:00Z")), Number(10));
  run = trifle({"scan", "w"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("the HTTP API has no statuses"));
}

TEST_F(ApiProgram, EveryOtherCommandWorksAsOnADatabase) {
  const ApiServer plain{{.granularities = {"1h", "1d"}}};
  expect_every_command_works(
      [&](auto words, const auto& input) {
        words.insert(words.end(), {"--db", plain.url(), "--source-id", plain.config().source_id});
        auto setting = secret;
        setting.input = input;
        return folder.trifle(words, setting);
      },
      {.driver = "api", .tables = false, .statuses = false});
}

TEST_F(ApiProgram, HttpsIsForServersThatCanProveWhoTheyAre) {
  const Authority root("Test Root");
  const Authority other("Another Root");
  const auto written = [&](const Authority& authority, const std::string& name) {
    return folder.write(name, authority.pem());
  };
  const auto trusted = written(root, "root.pem");
  const ApiServer right{{.tls = root.signed_authority("Test Intermediate").issue("localhost", folder.path())}};
  const ApiServer wrong{{.tls = root.issue("stats.example", folder.path())}};
  const auto push = [&](const ApiServer& to, const std::string& authorities) {
    return folder.trifle(
        {"track", "orders", "count=1", "--db", to.url(), "--source-id", to.config().source_id, "--tls-ca", authorities},
        secret);
  };
  const auto run = push(right, trusted);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(right.stored(), 1u);
  EXPECT_THAT(push(right, written(other, "other.pem")).err, HasSubstr("the server can't be reached"));
  EXPECT_THAT(push(wrong, trusted).err, HasSubstr("the server can't be reached"));
  EXPECT_EQ(right.stored() + wrong.stored(), 1u);
}

TEST_F(ApiProgram, AnImportSaysWhichLinesAreThere) {
  std::string lines;
  for (int i = 0; i < 10; ++i)
    lines += R"({"key":"k","at":"2026-07-15T10:00:00Z","values":{"n":1}})"
             "\n";
  folder.write("lines.ndjson", lines);
  int posts = 0;
  server.plan([&](const HttpRequest& request) -> ApiServer::Fault {
    if (request.method == "POST" && ++posts == 4)
      return {.kind = ApiServer::Fault::Answered, .answer = {.status = 503}};
    return {};
  });
  auto run = trifle({"import", "lines.ndjson", "--format", "ndjson"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("lines 1-3 are committed; go on with --from-line 4"));
  run = trifle({"import", "lines.ndjson", "--format", "ndjson", "--from-line", "4"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("7 events, 0 bad, "), Not(HasSubstr("rows"))));
  EXPECT_EQ(server.sum("k", "n", Instant::parse("2026-07-15T10:00:00Z")), Number(10));
}

TEST_F(ApiProgram, TheFamilysCommandsMeanIt) {
  auto run = family({"push", "--key", "orders", "--values", R"({"count":2})", "--at", "2026-07-15T10:00:00Z"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, "{\n  \"data\": {\n    \"created\": \"ok\"\n  }\n}\n");
  run = family({"get", "--key", "orders", "--from", "2026-07-15T04:00:00Z", "--to", "2026-07-15T05:00:00Z"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("\"count\": 2"), HasSubstr("2026-07-15T00:00:00-04:00")));
  run = family({"get", "--from", "2026-07-15T04:00:00Z", "--to", "2026-07-15T05:00:00Z"});
  EXPECT_THAT(run.out, HasSubstr("\"orders\": 1")) << run.err;
  run = family({"keys", "--from", "2026-07-15T04:00:00Z", "--to", "2026-07-15T05:00:00Z", "--format", "csv"});
  EXPECT_THAT(run.out, HasSubstr("orders,1")) << run.err;
  run = family({"aggregate", "--key", "orders", "--value-path", "count", "--aggregator", "sum", "--from",
                "2026-07-15T04:00:00Z", "--to", "2026-07-15T05:00:00Z"});
  EXPECT_THAT(run.out, HasSubstr("\"value\": 2")) << run.err;
  EXPECT_EQ(family({"setup"}).code, 1);
}

TEST_F(ApiProgram, TheTokenComesFromAFileToo) {
  const auto path = folder.write("token", server.config().token + "\n");
  const std::vector<std::string> words{
      "setup", "--check", "--db", server.url(), "--source-id", server.config().source_id, "--token-file", "token"};
  ::chmod(path.c_str(), 0644);
  auto run = folder.trifle(words);
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("the token file token is open to every user"));
  ::chmod(path.c_str(), 0600);
  run = folder.trifle(words);
  EXPECT_EQ(run.code, 0) << run.err;
}

TEST_F(ApiProgram, NoMessageHoldsTheToken) {
  auto run = folder.trifle(
      {"keys", "--db", server.url(), "--source-id", server.config().source_id, "--token", "hunter2hunter2"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("every user of this machine can see a token"), HasSubstr("refuses the token"),
                             Not(HasSubstr("hunter2"))));
  run = folder.trifle({"keys", "--db", server.url()});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("missing token: set TRIFLE_TOKEN, --token-file"));
}

TEST_F(ApiProgram, WhatItCannotDoIsSaid) {
  EXPECT_THAT(trifle({"keys", "--tls", "require"}).err, HasSubstr("always checks who the server is"));
  EXPECT_THAT(trifle({"keys", "--tls-cert", "x.pem"}).err, HasSubstr("no certificate of its own"));
  EXPECT_THAT(folder.trifle({"keys", "--url", "http://stats.invalid"}, secret).err, HasSubstr("clear text"));
  EXPECT_THAT(folder.trifle({"keys", "--driver", "api"}, secret).err, HasSubstr("missing base URL"));
  const auto run = folder.trifle({"keys", "--url", "http://127.0.0.1:1"}, secret);
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("the server can't be reached"));
  EXPECT_THAT(trifle({"get", "k", "--granularity", "15m"}).err,
              HasSubstr("the source has no granularity 15m; it has 1h, 1d"));
}

}  // namespace
