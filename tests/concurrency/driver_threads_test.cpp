// Many threads on the same hot rows: sums exact, and reading goes on meanwhile.

#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "contract/backends.hpp"
#include "contract/batches.hpp"

namespace trifle::stats::test {
namespace {

constexpr int kThreads = 4;
constexpr int kBatches = 40;

std::vector<Backend> backends_for_threads() {
  auto all = backends();
  std::erase_if(all, [](const Backend& backend) { return backend.lent; });
  return all;
}

class ThreadsTest : public DriverContract {};
INSTANTIATE_TEST_SUITE_P(Drivers, ThreadsTest, testing::ValuesIn(backends_for_threads()), backend_name);

std::vector<Change> hot_rows(const std::vector<std::int64_t>& buckets) {
  std::vector<Change> changes;
  for (const auto at : buckets) changes.push_back({.at = at, .increments = {{"count", 1}, {"half", 0.5}, {"a.b", 2}}});
  return changes;
}

TEST_P(ThreadsTest, NoIncrementIsLost) {
  const auto driver = open();
  ASSERT_TRUE(driver->traits().background);
  const auto buckets = hours(kTen, 14);
  std::atomic<bool> done = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int batch = 0; batch < kBatches; ++batch) write(*driver, hot_rows(buckets));
    });
  }
  // A batch is applied to all rows or to none, also in the eyes of those who read meanwhile.
  std::thread reader([&] {
    while (!done) {
      const auto found = read(*driver, "event::signup", "1h", buckets);
      // A query of MongoDB's may see some documents before a commit and some behind it.
      if (found.empty() || driver->traits().atomicity == Atomicity::Row || driver->traits().backend == "mongo")
        continue;
      ASSERT_EQ(found.size(), buckets.size());
      for (const auto& [at, values] : found) ASSERT_EQ(values, found.begin()->second) << at;
    }
  });
  std::thread status([&] {
    for (std::int64_t i = 0; !done; ++i) {
      driver->beam("w", {.at = i, .json = "{}"});
      ASSERT_GE(driver->scan("w")->at, 0);
    }
  });
  for (auto& thread : threads) thread.join();
  done = true;
  reader.join();
  status.join();

  const auto found = read(*driver, "event::signup", "1h", buckets);
  ASSERT_EQ(found.size(), buckets.size());
  constexpr int kSum = kThreads * kBatches;
  for (const auto& [at, values] : found)
    EXPECT_EQ(values, (Values{{"count", kSum}, {"half", kSum * 0.5}, {"a.b", 2 * kSum}})) << at;
}

TEST_P(ThreadsTest, MoreReadersThanConnections) {
  const auto driver = open();
  const auto buckets = hours(kTen, 50);
  write(*driver, hot_rows(buckets));
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) ASSERT_EQ(read(*driver, "event::signup", "1h", buckets).size(), 50u);
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace trifle::stats::test
