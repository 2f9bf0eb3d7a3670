// The driver against a model of the family's server: what it sends, what is stored of it, and what it reads back.

#include <gmock/gmock.h>

#include <cstdlib>
#include <limits>

#include <nlohmann/json.hpp>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/api.hpp>

#include "servers/api_server.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const Instant kAt = Instant::parse("2026-07-15T10:37:45.25Z");
const Instant kFrom = Instant::parse("2026-07-15T00:00:00Z");
const Instant kTo = Instant::parse("2026-07-15T23:59:59Z");

class ApiTest : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("no_proxy", "127.0.0.1,localhost", 1); }

  drivers::ApiOptions options() const {
    return {.url = server->url(), .token = server->config().token, .source_id = server->config().source_id};
  }
  void serve(ApiServer::Config config) { server = std::make_unique<ApiServer>(std::move(config)); }
  Stats stats(Options of = {}) const { return Stats(drivers::api(options()), std::move(of)); }

  template <class Failure, class Work>
  std::string failure_of(Work&& work) const {
    try {
      work();
    } catch (const Failure& error) {
      EXPECT_EQ(error.backend(), "api");
      return error.what();
    } catch (const Error& error) {
      ADD_FAILURE() << "another error: " << error.what();
    }
    return {};
  }

  std::unique_ptr<ApiServer> server = std::make_unique<ApiServer>();
};

TEST_F(ApiTest, SendsWhatTheSistersSend) {
  auto api = stats();
  api.track("orders", kAt, {{"count", 1}, {"country", {{"us", 2}}}});
  api.flush();
  const auto requests = server->requests();
  ASSERT_EQ(requests.size(), 1u);
  const auto& request = requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/api/v1/metrics");
  EXPECT_EQ(request.headers.at("authorization"), "Bearer " + server->config().token);
  EXPECT_EQ(request.headers.at("x-trifle-source-id"), server->config().source_id);
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.headers.at("accept"), "application/json");
  EXPECT_EQ(request.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(request.headers.at("accept-encoding"), "gzip");
  EXPECT_THAT(request.headers.at("user-agent"), StartsWith("trifle-stats-cpp/"));
  EXPECT_FALSE(request.headers.contains("expect"));
  EXPECT_EQ(json::parse(request.body), json::parse(R"({"operation":"track","key":"orders",
      "at":"2026-07-15T10:37:45.25Z","values":{"count":1,"country":{"us":2}},"untracked":false})"));
}

TEST_F(ApiTest, SendsPlainTextAndNoSourceWhereThatIsWanted) {
  serve({.source_id = ""});
  auto plain = options();
  plain.compress = false;
  plain.url += "/";
  Stats api(drivers::api(plain));
  api.track("orders", kAt, {{"count", 1}});
  api.flush();
  const auto requests = server->requests();
  EXPECT_FALSE(requests.at(0).headers.contains("content-encoding"));
  EXPECT_FALSE(requests.at(0).headers.contains("x-trifle-source-id"));
  EXPECT_EQ(server->stored(), 1u);
}

TEST_F(ApiTest, KeepsItsConnection) {
  auto api = stats();
  for (int i = 0; i < 20; ++i) api.track("orders", kAt, {{"count", 1}});
  api.flush();
  EXPECT_EQ(server->http().connections(), 1u);
  EXPECT_EQ(server->stored(), 20u);
}

TEST_F(ApiTest, TheServerFloorsAndItsNumbersAreReadBackExactly) {
  auto api = stats({.granularities = {"1h"}});  // says nothing about what the server makes
  constexpr std::int64_t kBig = (std::int64_t{1} << 53) + 1;
  api.track("orders", kAt, {{"count", 1}, {"big", kBig}, {"price", 0.1}});
  api.track("orders", kAt + 1h, {{"count", 2}, {"big", 1}, {"price", 0.2}});
  api.track("orders", kAt, {{"max", std::numeric_limits<std::int64_t>::max()}});
  api.flush();
  for (const auto* granularity : {"1m", "1h", "1d"}) {
    const auto read = api.values("orders", kFrom, kTo, granularity);
    EXPECT_EQ(read.to_json(), server->stats().values("orders", kFrom, kTo, granularity).to_json()) << granularity;
  }
  const auto day = api.values("orders", kFrom, kTo, "1d");
  ASSERT_EQ(day.size(), 1u);
  EXPECT_EQ(day[0].row["count"], Number(3));
  EXPECT_EQ(day[0].row["big"], Number(kBig + 1));
  EXPECT_EQ(day[0].row["price"], Number(0.1 + 0.2));
  EXPECT_EQ(day[0].row["max"], Number(std::numeric_limits<std::int64_t>::max()));
}

TEST_F(ApiTest, HostileNamesComeBackAsTheyWent) {
  auto api = stats();
  Payload payload;
  const std::vector<std::string> names = {"test.rb", "*",    "a\\b",  "\"q\"", "100%", "$cost",
                                          "a b",     "東京", "'; --", "\n",    "a[0]"};
  for (const auto& name : names) payload.add("of." + Path::escape(name), 1);
  const std::string key = "k&=?#%/ \"\\ü";
  api.track(key, kAt, payload);
  api.track(key, kAt, payload);
  api.flush();
  const auto read = api.values(key, kFrom, kTo, "1d");
  ASSERT_EQ(read.size(), 1u);
  for (const auto& name : names) EXPECT_EQ(read[0].row["of." + Path::escape(name)], Number(2)) << name;
  EXPECT_THAT(api.keys(kFrom, kTo, "1d"), ElementsAre(KeyCount{key, 2}));
}

TEST_F(ApiTest, SetsAndIncrementsKeepTheirOrder) {
  auto api = stats();
  api.track("k", kAt, {{"n", 5}});
  api.assert_values("k", kAt, {{"n", 10}});
  api.track("k", kAt, {{"n", 1}});
  api.assert_values("k", kAt, {{"other", 7}});
  api.flush();
  EXPECT_EQ(server->sum("k", "n", kAt), Number(11));
  EXPECT_EQ(server->sum("k", "other", kAt), Number(7));
}

TEST_F(ApiTest, KeysAreWhatTheServerCounted) {
  auto api = stats();
  api.track("service.latency", kAt, {{"n", 1}});
  api.track("service.latency", kAt + 1h, {{"n", 1}});
  api.track("a", kAt, {{"n", 1}});
  api.track("internal", kAt, {{"n", 1}}, {.untracked = true});
  api.flush();
  EXPECT_THAT(api.keys(kFrom, kTo, "1h"),
              ElementsAre(KeyCount{"__untracked__", 1}, KeyCount{"a", 1}, KeyCount{"service.latency", 2}));
  EXPECT_EQ(api.values("internal", kFrom, kTo, "1d").sum("n"), Number(1));
}

TEST_F(ApiTest, ARecorderAndABatchAreSentOneByOne) {
  auto api = stats();
  auto frame = api.recorder("frame", {"count", "ms"});
  for (int i = 0; i < 3; ++i) frame.track(kAt, {1, 2.5});
  api.flush();
  EXPECT_EQ(server->sum("frame", "ms", kAt), Number(7.5));

  auto batch = api.batch();
  for (int i = 0; i < 5; ++i) batch.track("import", kAt + i * 1h, {{"n", 1}});
  batch.assert_values("import", kAt, {{"n", 100}});
  EXPECT_EQ(batch.operations(), 6u);
  EXPECT_GT(batch.bytes(), 0u);
  const auto written = batch.commit();
  EXPECT_EQ(written.operations, 6u);
  EXPECT_EQ(written.rows, 0u) << "they are the server's";
  EXPECT_EQ(batch.operations(), 0u);
  EXPECT_EQ(batch.bytes(), 0u);
  EXPECT_EQ(server->stats().values("import", kFrom, kTo, "1h").sum("n"), Number(104));
  EXPECT_EQ(server->sum("import", "n", kAt), Number(100)) << "of the day, it came last";
  EXPECT_EQ(api.health().written_operations, 9u);
}

TEST_F(ApiTest, ABatchThatFailsHoldsWhatIsNotThere) {
  auto api = stats();
  int count = 0;
  server->plan([&](const HttpRequest&) -> ApiServer::Fault {
    if (++count == 3) return {.kind = ApiServer::Fault::Answered, .answer = {.status = 503}};
    return {};
  });
  auto batch = api.batch();
  for (int i = 0; i < 5; ++i) batch.track("k", kAt, {{"n", 1 << i}});
  EXPECT_THROW(batch.commit(), ConnectionError);
  EXPECT_EQ(batch.operations(), 3u);
  EXPECT_EQ(server->sum("k", "n", kAt), Number(3));
  EXPECT_EQ(api.health().written_operations, 2u);
  EXPECT_EQ(api.health().failed_operations, 3u);
  batch.commit();
  EXPECT_EQ(server->sum("k", "n", kAt), Number(31));
}

TEST_F(ApiTest, WithoutTheQueueTheCallerHearsOfIt) {
  auto api = stats({.buffer = {.enabled = false}});
  api.track("k", kAt, {{"n", 1}});
  EXPECT_EQ(server->stored(), 1u);
  server->plan([](const HttpRequest&) -> ApiServer::Fault {
    return {.kind = ApiServer::Fault::Answered, .answer = {.status = 429, .headers = {{"Retry-After", "7"}}}};
  });
  try {
    api.track("k", kAt, {{"n", 1}});
    FAIL();
  } catch (const TimeoutError& error) {
    EXPECT_EQ(error.outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error.retry_is_safe());
    EXPECT_EQ(error.retry_after(), 7s);
    EXPECT_EQ(error.native_code(), 429);
  }
}

TEST_F(ApiTest, ManyBucketsAreReadInParts) {
  serve({.granularities = {"1m"}});
  auto api = stats();
  const auto to = kFrom + 20'001min;
  api.track("k", kFrom, {{"n", 1}});
  api.track("k", kFrom + 10'000min, {{"n", 2}});
  api.track("k", to, {{"n", 4}});
  api.flush();
  const auto read = api.values("k", kFrom, to, "1m");
  EXPECT_EQ(read.size(), 20'002u);
  EXPECT_EQ(read.sum("n"), Number(7));
  EXPECT_EQ(read[10'000].row["n"], Number(2));
  EXPECT_EQ(server->requests().size(), 3u + 3u);
}

TEST_F(ApiTest, TheTimeZoneMustBeTheSources) {
  serve({.time_zone = "America/New_York"});
  auto stranger = stats({.time_zone = "Europe/Bratislava"});
  stranger.track("k", kAt, {{"n", 1}});
  stranger.flush();
  EXPECT_THAT(failure_of<InvalidArgument>([&] { (void)stranger.values("k", kFrom, kTo, "1d"); }),
              AllOf(HasSubstr("a bucket of 1d at 2026-07-15T04:00:00Z"), HasSubstr("America/New_York")));
  EXPECT_EQ(stranger.values("k", kFrom, kTo, "1h").sum("n"), Number(1)) << "hours are the same in both";

  const auto source = drivers::api_source(options());
  auto native = stats({.time_zone = source.time_zone, .granularities = source.granularities});
  EXPECT_EQ(native.values("k", kFrom, kTo, "1d").sum("n"), Number(1));
}

TEST_F(ApiTest, AGranularityThatTheSourceHasNotIsSaidSo) {
  auto api = stats();
  EXPECT_THAT(failure_of<InvalidArgument>([&] { (void)api.values("k", kFrom, kTo, "15m"); }),
              HasSubstr("the source has no granularity 15m; it has 1m, 1h, 1d"));
}

TEST_F(ApiTest, TheSourceTellsOfItself) {
  serve({.time_zone = "Asia/Tokyo", .default_granularity = "1d", .type = "database", .version = "1.2.3"});
  const auto source = drivers::api_source(options());
  EXPECT_EQ(source.id, server->config().source_id);
  EXPECT_EQ(source.type, "database");
  EXPECT_EQ(source.time_zone, "Asia/Tokyo");
  EXPECT_EQ(source.default_granularity, "1d");
  EXPECT_THAT(source.granularities, ElementsAre("1m", "1h", "1d"));
  EXPECT_EQ(source.server_version, "1.2.3");
}

TEST_F(ApiTest, SetupTellsWhatWillNotWork) {
  EXPECT_TRUE(stats().setup().ok());
  serve({.type = "database", .version = "0.11.8"});
  const auto report = stats().setup(Setup::Check);
  EXPECT_THAT(report.differences, ElementsAre(HasSubstr("is a database"), HasSubstr("0.11.8")));
  auto api = stats({.buffer = {.enabled = false}});
  EXPECT_THAT(failure_of<StorageError>([&] { api.track("k", kAt, {{"n", 1}}); }), HasSubstr("can't be written to"));
}

TEST_F(ApiTest, AServerThatWouldAddIsNotAskedToSet) {
  serve({.version = "0.11.8"});
  auto api = stats({.buffer = {.enabled = false}});
  EXPECT_THAT(failure_of<InvalidArgument>([&] {
                api.assert_values("k", kAt, {{"n", 1}});
              }),
              HasSubstr("the server 0.11.8 can't set values"));
  EXPECT_EQ(server->stored(), 0u);
  api.track("k", kAt, {{"n", 1}});
  EXPECT_EQ(server->stored(), 1u);
}

TEST_F(ApiTest, WhoIsRefusedIsToldWhy) {
  const auto refused = [&](auto change) {
    auto wrong = options();
    change(wrong);
    Stats api(drivers::api(wrong), {.buffer = {.enabled = false}});
    return failure_of<StorageError>([&] { api.track("k", kAt, {{"n", 1}}); });
  };
  EXPECT_THAT(refused([](auto& wrong) { wrong.token = "hunter2hunter2"; }),
              AllOf(HasSubstr("refuses the token"), testing::Not(HasSubstr("hunter2"))));
  EXPECT_THAT(refused([](auto& wrong) { wrong.source_id = ""; }), HasSubstr("doesn't know the source"));
  EXPECT_THAT(refused([](auto& wrong) { wrong.source_id = "x"; }), HasSubstr("doesn't know the source"));
  EXPECT_THAT(refused([](auto& wrong) { wrong.url += "/elsewhere"; }), HasSubstr("no such API at the url"));
}

TEST_F(ApiTest, AServerThatRepeatsTheTokenDoesNotSpreadIt) {
  server->plan([&](const HttpRequest&) -> ApiServer::Fault {
    return {.kind = ApiServer::Fault::Answered,
            .answer = {.status = 400, .body = "{\"token\":\"" + server->config().token + "\"}"}};
  });
  auto api = stats({.buffer = {.enabled = false}});
  try {
    api.track("k", kAt, {{"n", 1}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.native_text(), R"({"token":"***"})");
    EXPECT_THAT(error.what(), testing::Not(HasSubstr(server->config().token)));
  }
}

TEST_F(ApiTest, ABrokenAnswerIsCorruptData) {
  auto api = stats();
  for (const auto* body : {"", "{}", R"({"data":{"at":["2026-07-15T00:00:00Z"],"values":[]}})",
                           R"({"data":{"at":["2026-07-15T00:00:00Z"],"values":[1]}})"}) {
    server->plan([=](const HttpRequest&) -> ApiServer::Fault {
      return {.kind = ApiServer::Fault::Answered, .answer = {.status = 200, .body = body}};
    });
    EXPECT_THROW((void)api.values("k", kFrom, kTo, "1d"), CorruptData) << body;
  }
}

}  // namespace
}  // namespace trifle::stats::test
