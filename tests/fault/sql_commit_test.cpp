// A line that fails exactly at COMMIT: after the server has it, and before. Batches are held up on the server until the
// line is broken, so that no cut has to be lucky; many at once, so that a silence is waited out by all together.

#include <chrono>
#include <functional>
#include <future>
#include <thread>

#include <trifle/stats.hpp>

#include "all_rounds.hpp"
#include "fault/server_fault_test.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SqlCommitTest);

/// A driver of a batch of its own.
struct Writer {
  std::string key;
  std::unique_ptr<detail::RowDriver> driver;
  detail::Rows batch = {};
  std::future<Outcome> said = {};

  /// With `others`, a row that nobody has met goes with it.
  void begin(const std::vector<ErrorCode>& broken, const std::string& others = {}) {
    std::vector<Change> changes = {{.key = key, .increments = {{"n", 1}}}};
    if (!others.empty()) changes.push_back({.key = key + others, .increments = {{"n", 1}}});
    batch = rows_of(driver->layout(), changes);
    said = std::async(std::launch::async, [this, &broken] {
      try {
        driver->write(batch);
      } catch (const Error& error) {
        EXPECT_THAT(broken, testing::Contains(error.code())) << error.what();
        EXPECT_FALSE(error.retry_is_safe()) << error.what();
        return error.outcome();
      }
      return Outcome::Applied;
    });
  }
};

constexpr int kWriters = 8;

/// Each has written once, so that all connections are open.
std::vector<Writer> writers_of(const std::vector<const Writing*>& writings, const std::string& url,
                               const TempFolder& folder, const Waits& waits) {
  std::vector<Writer> writers;
  for (int i = 0; i < kWriters; ++i) {
    const auto& writing = *writings[static_cast<std::size_t>(i) % writings.size()];
    writers.push_back({.key = "k" + std::to_string(i), .driver = writing.make(url, folder, waits).release()});
    write(*writers.back().driver, {{.key = writers.back().key, .increments = {{"n", 1}}}});
  }
  return writers;
}

void wait_until(const std::function<bool()>& there) {
  for (const auto end = std::chrono::steady_clock::now() + 20s; !there(); std::this_thread::sleep_for(1ms))
    ASSERT_LT(std::chrono::steady_clock::now(), end);
}

/// Has every batch held on the server while the line is broken.
void break_line_while(const ServerUnderFault::Hold& hold, const ServerUnderFault::Session& other, std::size_t held,
                      const std::function<void()>& begin, const std::function<void()>& break_line) {
  for (const auto& sql : hold.hold) other(sql);
  begin();
  wait_until([&] { return other(hold.count) == std::to_string(held); });
  break_line();
  other(hold.let_go);
}

TEST_P(SqlCommitTest, AServerThatCommitsAndFallsSilentIsUnknownAndCountedOnce) {
  const auto& server = GetParam();
  for (const auto& sql : server.in_commit.prepare) server.sql(direct_url)(sql);
  const auto other = server.sql(direct_url);
  const Waits waits{.connect = 3s, .reply = 2s};
  std::vector<const Writing*> writings;
  for (const auto& writing : server.writings)
    if (writing.make(direct_url, folder, waits).release()->traits().ledger) writings.push_back(&writing);
  auto writers = writers_of(writings, proxy->url(), folder, waits);
  trifle::Stats stats(by_default().make(proxy->url(), folder, waits),
                      {.granularities = {"1h"}, .buffer = {.duration = 1h}});
  const auto at = Instant::from_unix(kTen);
  stats.track("buffered", at, {{"n", 1}});
  stats.flush();

  const int rounds = all_rounds() ? 25 : 1;
  for (int round = 1; round <= rounds; ++round) {
    stats.track("buffered", at, {{"n", 1}});
    std::future<void> flushed;
    break_line_while(
        server.in_commit, other, writers.size() + 1,
        [&] {
          for (auto& writer : writers) writer.begin(server.broken);
          flushed = std::async(std::launch::async, [&] { stats.flush(); });
        },
        [&] { proxy->timeout(Stream::Down); });
    for (const auto& writer : writers) wait_until([&] { return stored(writer.key) == round + 1; });
    for (auto& writer : writers) EXPECT_EQ(writer.said.get(), Outcome::Unknown) << writer.key;
    EXPECT_THROW(flushed.get(), Error) << "nobody answered";
    proxy->heal();
    for (int again = 0; again < 2; ++again) {
      for (const auto& writer : writers) {
        writer.driver->write(writer.batch);
        EXPECT_EQ(stored(writer.key), round + 1) << writer.key;
      }
    }
    stats.flush();
    EXPECT_EQ(stored("buffered"), round + 1);
  }
  EXPECT_EQ(stats.health().unknown_operations, 0u);
}

TEST_P(SqlCommitTest, ARequestToCommitThatNeverArrivesIsUnknownAndNotExecuted) {
  const auto& server = GetParam();
  for (const auto& sql : server.before_commit.prepare) server.sql(direct_url)(sql);
  const auto other = server.sql(direct_url);
  auto writers = writers_of({&by_default()}, proxy->url(), folder, {});
  const int rounds = all_rounds() ? 100 : 5;
  for (int round = 1; round <= rounds; ++round) {
    break_line_while(
        server.before_commit, other, writers.size(),
        [&] {
          const auto others = server.known_rows_commit_at_once ? "." + std::to_string(round) : "";
          for (auto& writer : writers) writer.begin(server.broken, others);
        },
        [&] { proxy->limit_data(Stream::Up, 0); });
    for (auto& writer : writers) EXPECT_EQ(writer.said.get(), Outcome::Unknown) << writer.key;
    proxy->heal();
    for (auto& writer : writers) {
      EXPECT_EQ(stored(writer.key), round) << writer.key;
      for (int again = 0; again < 2; ++again) {
        writer.driver->write(writer.batch);
        EXPECT_EQ(stored(writer.key), round + 1) << writer.key;
      }
    }
  }
}

}  // namespace
}  // namespace trifle::stats::test
