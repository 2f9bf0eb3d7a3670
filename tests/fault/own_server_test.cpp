// Servers of a test's own, killed under load, stopped and started.

#include "fault/own_server_test.hpp"

#include <atomic>
#include <thread>

#include <trifle/stats.hpp>

#include "all_rounds.hpp"
#include "contract/batches.hpp"

namespace trifle::stats::test {

using namespace std::chrono_literals;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OwnServerTest);

TEST_P(OwnServerTest, KilledUnderLoadItLosesNothingAndCountsNothingTwice) {
  const int rounds = all_rounds() ? 20 : 2;
  std::int64_t sum = 0;
  {
    trifle::Stats stats(GetParam().make_impatient(server->url(), 2s),
                        {.granularities = {"1h", "1d"}, .buffer = {.duration = 2ms, .size = 5}});
    stats.setup();
    std::atomic<bool> done = false;
    std::atomic<std::int64_t> tracked = 0;
    std::thread load([&] {
      while (!done) {
        stats.track("k", Instant::from_unix(kTen), {{"n", 1}, {"m", {{"x", 0.25}}}});
        ++tracked;
        std::this_thread::yield();
        if (tracked % 50 == 0) std::this_thread::sleep_for(1ms);
      }
    });
    for (int round = 0; round < rounds; ++round) {
      const auto before = stats.health().written_operations;
      while (stats.health().written_operations < before + 500) std::this_thread::sleep_for(1ms);
      server->kill();
      server->start();
    }
    done = true;
    load.join();
    stats.flush();
    sum = tracked;
    EXPECT_EQ(stats.health().unknown_operations, 0u);
  }
  const auto row = read_one(*GetParam().make(server->url()).release(), "k");
  EXPECT_EQ(row.at("n"), Number(sum));
  EXPECT_EQ(row.at("m.x"), Number(static_cast<double>(sum) / 4));
}

TEST_P(OwnServerTest, StoppedAndStartedItIsFoundAgain) {
  const auto driver = GetParam().make(server->url()).release();
  driver->setup(Setup::Create);
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
  server->stop();
  const auto error = error_of([&] { write(*driver, {{.increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_EQ(error->code(), ErrorCode::Connection);
  server->start();
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FullDiskTest);

TEST_P(FullDiskTest, IsToldAndOverWhenThereIsRoom) {
  if (!OwnServer::may_have_a_disk()) GTEST_SKIP() << "this machine doesn't let us mount a small disk";
  const OwnServer server(GetParam().name, {.disk_megabytes = 400});
  const auto driver = GetParam().make(server.url()).release();
  driver->setup(Setup::Create);
  write(*driver, {{.increments = {{"n", 1}}}});

  std::vector<Change> large;
  for (const auto at : hours(kTen, 200)) {
    Change change{.key = "large", .at = at};
    for (int i = 0; i < 200; ++i) change.increments["a.name.of.some.length." + std::to_string(i * at)] = at * i;
    large.push_back(std::move(change));
  }
  server.fill_disk();
  for (int i = 0; i < 2; ++i) {
    const auto error = error_of([&] { write(*driver, large); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::Storage);
    EXPECT_EQ(error->outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error->retry_is_safe());
    EXPECT_NE(std::string(error->what()).find("full"), std::string::npos) << error->what();
    EXPECT_TRUE(read_one(*driver, "large").empty());
    EXPECT_EQ(read_one(*driver), (Values{{"n", 1}})) << "reading goes on";
  }
  server.free_disk();
  write(*driver, large);
  EXPECT_EQ(read(*driver, "large", "1h", hours(kTen, 200)).size(), 200u);
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
}

}  // namespace trifle::stats::test
