// Redis with scripts and without, as the fault tests see it, and what only its driver does: to ask for a lost reply.

#include <chrono>
#include <thread>

#include <trifle/stats/drivers/redis.hpp>

#include "contract/redis_connection.hpp"
#include "drivers/redis/options.hpp"
#include "drivers/redis/script_writer.hpp"
#include "drivers/redis/watch_writer.hpp"
#include "fault/server_fault_test.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;

std::string prefix_of(const TempFolder& folder) { return folder.path().filename().string(); }

Writing writing(bool ledger, bool commit_can_be_unknown) {
  const auto make = [ledger](const std::string& url, const TempFolder& folder, const Waits& waits) {
    return drivers::redis(url, {.prefix = prefix_of(folder),
                                .connect_timeout = waits.connect,
                                .reply_timeout = waits.reply,
                                .ledger = ledger});
  };
  return {.name = ledger ? "with a ledger" : "without a ledger",
          .make = make,
          .commit_is_apart = false,
          .commit_can_be_unknown = commit_can_be_unknown};
}

ServerUnderFault server(bool scripts) {
  return {
      .name = scripts ? "redis_scripts" : "redis_watch",
      .environment = "TRIFLE_TEST_REDIS_URL",
      .secret = "trifle@",
      .url = [scripts](const TempFolder&) { return scripts ? redis_url() : redis_url_without_scripts(); },
      // Where whatever lets the answer to EXEC begin also lets the new connection be asked, all is known.
      .writings = {writing(true, scripts), writing(false, true)},
      .may_linger = false,
      .reply_step = 1,
      .buffer_rounds = 40,
      .buffer_request = {0, 900},
      .buffer_reply = {0, 100},
      .read_rows = 1'200,
      .read_bytes = 60'000,
      .read_step = 3'001,
      .read_step_full = 197,
      .impatient = {500ms, 500ms},
      .impatient_end = 5s,
  };
}

INSTANTIATE_TEST_SUITE_P(Redis, ServerFaultTest, testing::Values(server(true), server(false)), server_name);

/// With scripts, and without.
class RedisFaultTest : public ServerFaultTest {
 protected:
  bool scripts() const { return GetParam().name == "redis_scripts"; }
};

INSTANTIATE_TEST_SUITE_P(Redis, RedisFaultTest, testing::Values(server(true), server(false)), server_name);

TEST_P(RedisFaultTest, ALostReplyIsAskedFor) {
  if (!scripts()) return;  // its earlier replies would be swallowed too; AReplyCutAtAnyByte meets this
  const auto prefix = prefix_of(folder);
  const auto driver = through({.reply = 1500ms});
  write_one(*driver);
  proxy->timeout(Stream::Down);  // swallows the reply
  std::jthread repair([&] {
    RedisConnection redis;
    const auto name = prefix + "::k::1h::" + std::to_string(kTen);
    while (redis.one({"HGET", name, "n"}) != "2") std::this_thread::sleep_for(1ms);
    proxy->heal();
  });
  EXPECT_NO_THROW(write(*driver, {{.key = "k", .increments = {{"n", 1}}}, {.key = "k2", .increments = {{"n", 1}}}}));
  EXPECT_EQ(stored(), 2);
}

TEST_P(RedisFaultTest, ARequestThatComesTooLateIsCalledOff) {
  using namespace detail::redis;
  const auto prefix = prefix_of(folder);
  const auto server = read_url(direct_url);
  const drivers::RedisOptions options{.prefix = prefix};
  Session late(server, options);
  Session asking(server, options);
  const auto rows = rows_of(direct->layout(), {{.key = "k", .increments = {{"n", 1}}}});
  BatchPlan plan;
  for (const auto& row : rows.rows()) plan.rows.push_back(&row);
  plan.ledger = prefix + "_batches::late";
  if (scripts()) {
    ScriptWriter writer;
    EXPECT_FALSE(ScriptWriter::was_applied(asking, plan, 1));
    EXPECT_THROW(writer.write(late, plan, 1), StorageError);
    EXPECT_EQ(stored(), 0);
    EXPECT_FALSE(ScriptWriter::was_applied(asking, plan, 2)) << "asked again after another attempt was lost";
    EXPECT_THROW(writer.write(late, plan, 2), StorageError);
    EXPECT_EQ(stored(), 0);
    EXPECT_TRUE(writer.write(late, plan, 3)) << "sent again";
    EXPECT_THAT(plan.faults.empty(), true);
    EXPECT_TRUE(ScriptWriter::was_applied(asking, plan, 3));
    EXPECT_TRUE(writer.write(late, plan, 2)) << "known";
  } else {
    WatchWriter writer;
    EXPECT_FALSE(WatchWriter::was_applied(asking, plan));
    EXPECT_FALSE(WatchWriter::was_applied(asking, plan));
    writer.write(late, plan);
    EXPECT_TRUE(WatchWriter::was_applied(asking, plan));
    writer.write(late, plan);
  }
  EXPECT_EQ(stored(), 1);
}

}  // namespace
}  // namespace trifle::stats::test
