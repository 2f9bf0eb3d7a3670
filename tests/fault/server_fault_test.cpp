// What every server's driver says of a line that is cut, slow, silent or gone.

#include <chrono>
#include <random>

#include <trifle/stats.hpp>

#include "all_rounds.hpp"
#include "fault/server_fault_test.hpp"
#include "seed.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ServerFaultTest);

TEST_P(ServerFaultTest, ARequestCutAtAnyByteIsToldAsItIs) {
  for (const auto& writing : GetParam().writings) {
    SCOPED_TRACE(writing.name);
    const auto driver = through(writing);
    write_one(*driver);
    int failed = 0;
    int not_applied = 0;
    int applied = 0;
    for (std::uint64_t bytes = 0; applied < 3; bytes += all_rounds() ? 1 : 11) {
      SCOPED_TRACE(bytes);
      ASSERT_LT(bytes, 5'000u);
      ASSERT_EQ(write_one(*driver), Outcome::Applied) << "it heals at the next call";
      proxy->limit_data(Stream::Up, bytes);
      const auto said = write_one(*driver);
      failed += said != Outcome::Applied;
      not_applied += said == Outcome::NotApplied;
      applied += said == Outcome::Applied;
      proxy->heal();
    }
    EXPECT_GT(failed, 3);
    if (writing.commit_is_apart) {
      EXPECT_GT(not_applied, 3);
    }
  }
}

TEST_P(ServerFaultTest, AReplyCutAtAnyByteIsToldAsItIs) {
  for (const auto& writing : GetParam().writings) {
    SCOPED_TRACE(writing.name);
    const auto driver = through(writing);
    write_one(*driver);
    int unknown = 0;
    int applied = 0;
    for (std::uint64_t bytes = 0; applied < 3; bytes += all_rounds() ? 1 : GetParam().reply_step) {
      SCOPED_TRACE(bytes);
      ASSERT_LT(bytes, 5'000u);
      ASSERT_EQ(write_one(*driver), Outcome::Applied) << "it heals at the next call";
      proxy->limit_data(Stream::Down, bytes);
      const auto said = write_one(*driver);
      unknown += said == Outcome::Unknown;
      applied += said == Outcome::Applied;
      proxy->heal();
    }
    EXPECT_EQ(unknown > 0, writing.commit_can_be_unknown);
  }
}

TEST_P(ServerFaultTest, ThroughTheBufferEveryCutIsCountedOnce) {
  const int rounds = all_rounds() ? 2'000 : GetParam().buffer_rounds;
  const auto seed = seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto within = [&](const ServerUnderFault::Bytes& bytes) { return bytes.from + random() % bytes.count; };
  std::int64_t sum = 0;
  {
    trifle::Stats stats(by_default().make(proxy->url(), folder, {}),
                        {.granularities = {"1h", "1d"}, .buffer = {.duration = 1h}});
    const auto at = Instant::from_unix(kTen);
    for (int round = 0; round < rounds; ++round) {
      for (int i = 0; i < 3; ++i, ++sum) stats.track("k", at, {{"n", 1}, {"x", {{"y", 0.25}}}});
      switch (random() % 5) {
        case 0:
          proxy->limit_data(Stream::Up, within(GetParam().buffer_request));
          break;
        case 1:
          proxy->limit_data(Stream::Down, within(GetParam().buffer_reply));
          break;
        case 2:
          proxy->limit_data(Stream::Down, within(GetParam().buffer_commit));
          break;
        case 3:
          proxy->reset_peer(random() % 2 ? Stream::Up : Stream::Down);
          break;
        default:
          proxy->disable();
          proxy->enable();
          break;
      }
      for (bool healed = false;;) {
        try {
          stats.flush();
          break;
        } catch (const Error& error) {
          ASSERT_FALSE(healed && error.outcome() == Outcome::Unknown) << error.what();
          proxy->heal();
          healed = true;
        }
      }
      proxy->heal();
    }
    EXPECT_EQ(stats.health().unknown_operations, 0u);
    EXPECT_EQ(stats.health().dropped_refused, 0u);
  }
  const auto row = read_one(*direct, "k");
  EXPECT_EQ(row.at("n"), Number(sum));
  EXPECT_EQ(row.at("x.y"), Number(static_cast<double>(sum) / 4));
}

/// The buckets of a series of its own, for reading.
std::vector<std::int64_t> write_series_r(detail::RowDriver& driver, std::size_t rows) {
  auto buckets = hours(kTen, rows);
  std::vector<Change> changes;
  for (const auto at : buckets) changes.push_back({.key = "r", .at = at, .increments = {{"n", at}, {"some.path", 1}}});
  write(driver, changes);
  return buckets;
}

TEST_P(ServerFaultTest, AReadThatIsCutFailsOrIsWhole) {
  const auto& server = GetParam();
  const auto buckets = write_series_r(*direct, server.read_rows);
  const auto driver = through();
  int failed = 0;
  for (std::uint64_t bytes = 0; bytes < server.read_bytes;
       bytes += all_rounds() ? server.read_step_full : server.read_step) {
    SCOPED_TRACE(bytes);
    ASSERT_THAT(read(*driver, "r", "1h", buckets), SizeIs(server.read_rows));
    proxy->limit_data(Stream::Down, bytes);
    try {
      ASSERT_THAT(read(*driver, "r", "1h", buckets), SizeIs(server.read_rows));
    } catch (const ConnectionError& error) {
      EXPECT_TRUE(error.retry_is_safe());
      ++failed;
    }
    proxy->heal();
  }
  EXPECT_GT(failed, 5);
}

TEST_P(ServerFaultTest, AReadThatIsResetInTheMiddleOfARowFails) {
  const auto& server = GetParam();
  const auto buckets = write_series_r(*direct, server.read_rows);
  for (const auto wait : {20ms, 33ms, 61ms}) {
    // Toxiproxy may hang where a toxic is to be taken away that feeds another which has closed the connection.
    proxy.emplace(direct_url);
    const auto driver = through();
    ASSERT_THAT(read(*driver, "r", "1h", buckets), SizeIs(server.read_rows));
    proxy->bandwidth(Stream::Down, std::max<std::uint64_t>(server.read_bytes / 400, 1));  // so that it takes 400 ms
    proxy->reset_peer(Stream::Down, wait);
    try {
      read(*driver, "r", "1h", buckets);
      ADD_FAILURE() << "nothing was reset";
    } catch (const ConnectionError& error) {
      EXPECT_TRUE(error.retry_is_safe());
    }
  }
}

TEST_P(ServerFaultTest, ASlowLineIsOnlySlow) {
  const auto driver = through();
  proxy->latency(Stream::Down, 20ms, 10ms);
  proxy->slicer(Stream::Down, 7, 10us);
  EXPECT_EQ(write_one(*driver), Outcome::Applied);
  EXPECT_THAT(read(*driver, "k", "1h", {kTen}), SizeIs(1));
}

TEST_P(ServerFaultTest, ALineThatSwallowsEverythingEndsInTime) {
  const auto driver = through(GetParam().impatient);
  write_one(*driver);
  proxy->timeout(Stream::Down);
  const auto start = std::chrono::steady_clock::now();
  const auto said = write_one(*driver);
  EXPECT_LT(std::chrono::steady_clock::now() - start, GetParam().impatient_end);
  EXPECT_NE(said, Outcome::Applied);
  if (by_default().commit_is_apart) {
    EXPECT_EQ(said, Outcome::NotApplied);
  }
  proxy->heal();
  EXPECT_EQ(write_one(*driver), Outcome::Applied);
}

TEST_P(ServerFaultTest, AServerThatTakesAConnectionAndSaysNothingIsGivenUpInTime) {
  proxy->timeout(Stream::Down);
  const auto driver = through(GetParam().impatient);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(write_one(*driver), Outcome::NotApplied);
  EXPECT_LT(std::chrono::steady_clock::now() - start, GetParam().impatient_end);
  proxy->heal();
  EXPECT_EQ(write_one(*driver), Outcome::Applied);
}

TEST_P(ServerFaultTest, AServerThatIsAwayIsToldAndFoundAgain) {
  const auto driver = through({.connect = 1s});
  proxy->disable();
  EXPECT_EQ(write_one(*driver), Outcome::NotApplied);
  try {
    driver->scan("w");
    FAIL() << "nobody is there";
  } catch (const ConnectionError& error) {
    EXPECT_TRUE(error.retry_is_safe());
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr(GetParam().secret)));
  }
  proxy->enable();
  EXPECT_EQ(write_one(*driver), Outcome::Applied);
  EXPECT_EQ(driver->scan("w"), std::nullopt);
}

TEST_P(ServerFaultTest, AConnectionThatWasClosedMeanwhileIsReplacedUnseen) {
  const auto driver = through();
  write_one(*driver);
  EXPECT_EQ(read_one(*driver, "k").at("n"), Number(1));
  proxy->disable();
  proxy->enable();
  EXPECT_EQ(write_one(*driver), Outcome::Applied);
  EXPECT_EQ(read_one(*driver, "k").at("n"), Number(2));
}

}  // namespace
}  // namespace trifle::stats::test
