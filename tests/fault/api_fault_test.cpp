// What becomes of measurements when the network and the server fail: the outcome told is the outcome found, nothing is
// counted twice, and nothing vanishes untold.

#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/api.hpp>

#include "contract/child.hpp"
#include "servers/api_server.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using Fault = ApiServer::Fault;
using ::testing::HasSubstr;

const Instant kAt = Instant::parse("2026-07-15T10:37:45Z");

Fault answered(HttpAnswer answer) { return {.kind = Fault::Answered, .answer = std::move(answer)}; }
Fault status(int code, const std::string& retry_after = {}) {
  HttpAnswer answer{.status = code, .body = R"({"errors":{"detail":"Told"}})"};
  if (!retry_after.empty()) answer.headers["Retry-After"] = retry_after;
  return answered(std::move(answer));
}

class ApiFault : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("no_proxy", "127.0.0.1,localhost", 1); }

  drivers::ApiOptions options() const {
    return {.url = server.url(), .token = server.config().token, .source_id = server.config().source_id};
  }

  /// Remembers by the path of its only number what was dropped, and why.
  Options watched(BufferOptions buffer = {}) {
    return {.buffer = buffer, .on_drop = [this](const Dropped& given) {
              const std::lock_guard lock(mutex);
              for (const auto& row : given.rows)
                for (const auto& item : row.increments) EXPECT_TRUE(dropped.emplace(item.path, given.reason).second);
            }};
  }

  /// An unbuffered attempt.
  std::optional<Outcome> outcome_of(Stats& api, const std::string& path) {
    try {
      api.track("k", kAt, Payload().add(path, 1));
      return std::nullopt;
    } catch (const Error& error) {
      last = error.what();
      EXPECT_TRUE(!error.retry_is_safe() || error.outcome() == Outcome::NotApplied) << error.what();
      return error.outcome();
    }
  }
  bool is_stored(const std::string& path) { return server.sum("k", path, kAt) == Number(1); }

  ApiServer server;
  std::mutex mutex;
  std::map<std::string, DropReason> dropped;
  std::string last;
};

/// Faults of all kinds, mixed; `kind` is a number that the test chooses.
Fault mixed(int kind) {
  switch (kind) {
    case 1:
      return {.kind = Fault::Before};
    case 2:
      return {.kind = Fault::After};
    case 3:
      return status(429);
    case 4:
      return status(503);
    case 5:
      return status(500);
    case 6:
      return status(400);
    case 7:
      return answered({.raw = "what is this\r\n\r\n"});
    case 8:
      return answered({.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "<html>Sign in</html>"});
    case 9:
      return status(408);
    case 10:
      return status(401);
    default:
      return {};
  }
}

TEST_F(ApiFault, WhateverFailsEachMeasurementIsThereOnceOrToldOf) {
  constexpr int kCount = 240;
  std::minstd_rand random(20261129);
  server.plan([&](const HttpRequest&) { return mixed(static_cast<int>(random() % 60)); });
  {
    Stats api(drivers::api(options()), watched());
    for (int i = 0; i < kCount; ++i) api.track("k", kAt, Payload().add("m" + std::to_string(i), 1));
    const auto report = api.close(60s);
    EXPECT_EQ(report.kept, 0u);
    const auto health = api.health();
    EXPECT_EQ(health.queued_operations, 0u);
    EXPECT_EQ(health.written_operations + dropped.size(), static_cast<std::size_t>(kCount));
    EXPECT_EQ(health.written_operations + health.dropped_refused + health.unknown_operations,
              static_cast<std::uint64_t>(kCount));
    EXPECT_GT(health.retried_batches, 0u);
    EXPECT_GT(health.dropped_refused, 0u);
    EXPECT_GT(health.unknown_operations, 0u);
  }
  const auto series = server.stats().values("k", kAt, kAt, "1d");
  const auto row = series[0].row;
  for (int i = 0; i < kCount; ++i) {
    const auto path = "m" + std::to_string(i);
    const auto found = row[path];
    const auto given_up = dropped.find(path);
    if (given_up == dropped.end()) {
      EXPECT_EQ(found, Number(1)) << path << " was told to be there";
    } else if (given_up->second == DropReason::Unknown) {
      EXPECT_TRUE(!found || *found == Number(1)) << path;
    } else {
      EXPECT_FALSE(found) << path << " was told not to be there";
    }
  }
}

TEST_F(ApiFault, AStormOf429LosesNothing) {
  std::atomic<int> count{0};
  server.plan([&](const HttpRequest&) { return ++count <= 6 ? status(429) : Fault(); });
  Stats api(drivers::api(options()), watched());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) api.track("k", kAt, {{"n", 1}});
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(api.close(60s).kept, 0u);
  EXPECT_EQ(server.sum("k", "n", kAt), Number(200));
  EXPECT_TRUE(dropped.empty());
}

TEST_F(ApiFault, TheServerIsLeftAloneAsLongAsItAsks) {
  std::vector<std::chrono::steady_clock::time_point> calls;
  server.plan([&](const HttpRequest&) {
    calls.push_back(std::chrono::steady_clock::now());
    return calls.size() == 1 ? status(503, "1") : Fault();
  });
  Stats api(drivers::api(options()), watched());
  api.track("k", kAt, {{"n", 1}});
  EXPECT_EQ(api.close(30s).kept, 0u);
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_GE(calls[1] - calls[0], 1s);
}

TEST_F(ApiFault, AKeptConnectionThatEndsIsNoReasonToSendAgain) {
  Stats api(drivers::api(options()), {.buffer = {.enabled = false}});
  api.track("k", kAt, {{"first", 1}});
  std::atomic<int> count{0};
  const auto cut_the_first = [&](Fault::Kind kind) {
    count = 0;
    server.plan([&count, kind](const HttpRequest&) { return ++count == 1 ? Fault{.kind = kind} : Fault(); });
  };
  for (const bool after : {false, true}) {
    cut_the_first(after ? Fault::After : Fault::Before);
    const std::string path = after ? "after" : "before";
    EXPECT_EQ(outcome_of(api, path), Outcome::Unknown);
    EXPECT_EQ(count, 1) << "libcurl would have sent it again";
    EXPECT_EQ(is_stored(path), after);
    api.track("k", kAt, {{"between", 1}});
  }
  (void)api.values("k", kAt, kAt, "1d");
  cut_the_first(Fault::Before);
  EXPECT_EQ(api.values("k", kAt, kAt, "1d").sum("first"), Number(1)) << "a question may be asked again";
  EXPECT_EQ(count, 2);
}

TEST_F(ApiFault, AnAnswerThatIsCutSaysWhatItsHeadSaid) {
  Stats api(drivers::api(options()), {.buffer = {.enabled = false}});
  const HttpAnswer full{.status = 201, .body = R"({"data":{"created":"ok"}})"};
  constexpr std::size_t kHead =
      std::string_view("HTTP/1.1 201 Told\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n").size();
  for (const std::size_t cut :
       {std::size_t{0}, std::size_t{1}, std::size_t{12}, std::size_t{40}, kHead - 1, kHead, kHead + 10}) {
    server.plan([&full, cut](const HttpRequest&) {  // by value: the server may still answer when the loop goes on
      auto answer = full;
      answer.cut = cut;
      return answered(answer);
    });
    const auto outcome = outcome_of(api, "cut" + std::to_string(cut));
    if (cut < kHead) {
      EXPECT_EQ(outcome, Outcome::Unknown) << cut;
    } else {
      EXPECT_EQ(outcome, std::nullopt) << cut << ": " << last;
    }
  }
  server.plan([&](const HttpRequest&) { return answered({.status = 400, .body = std::string(100, ' '), .cut = 90}); });
  EXPECT_EQ(outcome_of(api, "refused"), Outcome::NotApplied);
}

TEST_F(ApiFault, AnInterimAnswerIsNoAnswer) {
  Stats api(drivers::api(options()), {.buffer = {.enabled = false}});
  server.plan([&](const HttpRequest&) { return answered({.cut = 25, .raw = "HTTP/1.1 100 Continue\r\n\r\nxx"}); });
  EXPECT_EQ(outcome_of(api, "interim"), Outcome::Unknown);
  server.plan([&](const HttpRequest&) {
    return answered({.raw = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Told\r\nContent-Length: 0\r\n\r\n"});
  });
  EXPECT_EQ(outcome_of(api, "then"), std::nullopt) << last;
}

TEST_F(ApiFault, NobodyThereIsNotApplied) {
  auto nobody = options();
  nobody.url = "http://127.0.0.1:1";
  Stats api(drivers::api(nobody), {.buffer = {.enabled = false}});
  EXPECT_EQ(outcome_of(api, "n"), Outcome::NotApplied);
  EXPECT_THAT(last, HasSubstr("can't be reached"));
  nobody.url = "https://stats.invalid";
  Stats nowhere(drivers::api(nobody), {.buffer = {.enabled = false}});
  EXPECT_EQ(outcome_of(nowhere, "n"), Outcome::NotApplied);
}

TEST_F(ApiFault, ASilentServerIsNotWaitedForLonger) {
  std::promise<void> end;
  const auto ended = end.get_future().share();
  HttpServer silent([&](const HttpRequest&) {
    ended.wait();
    return HttpAnswer{.status = 201};
  });
  auto impatient = options();
  impatient.url = silent.url();
  impatient.timeout = 200ms;
  Stats api(drivers::api(impatient), {.buffer = {.enabled = false}});
  EXPECT_EQ(outcome_of(api, "n"), Outcome::Unknown);
  EXPECT_THROW((void)api.values("k", kAt, kAt, "1d"), TimeoutError);
  end.set_value();
}

TEST_F(ApiFault, ARedirectIsNotFollowed) {
  HttpServer other([](const HttpRequest&) { return HttpAnswer{.status = 201}; });
  server.plan([&](const HttpRequest&) {
    return answered({.status = 307, .headers = {{"Location", other.url() + "/api/v1/metrics"}}});
  });
  Stats api(drivers::api(options()), {.buffer = {.enabled = false}});
  EXPECT_EQ(outcome_of(api, "n"), Outcome::NotApplied);
  EXPECT_EQ(other.connections(), 0u) << "the token isn't for others";
}

TEST_F(ApiFault, TheProxyIsTheEnvironments) {
  std::vector<std::string> targets;
  HttpServer proxy([&](const HttpRequest& request) {
    targets.push_back(request.target);
    return HttpAnswer{.status = 201};
  });
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  auto far = options();
  far.url = "http://stats.invalid";
  far.clear_text = true;
  Stats api(drivers::api(far), {.buffer = {.enabled = false}});
  EXPECT_EQ(outcome_of(api, "n"), std::nullopt) << last;
  ::unsetenv("http_proxy");
  EXPECT_THAT(targets, testing::ElementsAre("http://stats.invalid/api/v1/metrics"));
}

TEST_F(ApiFault, TheDestructorTellsWhatIsLeft) {
  server.plan([](const HttpRequest&) { return status(401); });
  {
    Stats api(drivers::api(options()), watched());
    for (int i = 0; i < 3; ++i) api.track("k", kAt, Payload().add("m" + std::to_string(i), 1));
  }
  EXPECT_EQ(dropped.size(), 3u);
  for (const auto& [path, reason] : dropped) EXPECT_EQ(reason, DropReason::Unwritten) << path;
  EXPECT_EQ(server.stored(), 0u);
}

#if !defined(__SANITIZE_THREAD__)  // which starts no thread in a child of several
TEST_F(ApiFault, AChildSendsItsOwnAndNothingOfItsParents) {
  std::atomic<bool> away{true};
  server.plan([&](const HttpRequest&) { return away ? status(503) : Fault(); });
  Stats api(drivers::api(options()), watched());
  api.track("k", kAt, {{"parent", 1}});
  EXPECT_THROW(api.flush(), Error);
  away = false;
  Child child([&] {
    api.track("k", kAt, {{"child", 1}});
    return api.close(20s).written == 1;
  });
  EXPECT_TRUE(child.succeeded());
  EXPECT_EQ(api.close(20s).kept, 0u);
  EXPECT_TRUE(is_stored("child"));
  EXPECT_TRUE(is_stored("parent")) << "once";
}
#endif

}  // namespace
}  // namespace trifle::stats::test
