// Four processes on the same rows of a server, each batch a shuffled choice of them, some of them new: no
// error reaches anybody, sums are exact.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "concurrency/hot_rows_test.hpp"
#include "contract/batches.hpp"
#include "contract/child.hpp"
#include "seed.hpp"

namespace trifle::stats::test {
namespace {

constexpr int kProcesses = 4;
constexpr int kBatches = 60;
constexpr std::size_t kRows = 100;
constexpr std::size_t kRowsOfABatch = 50;

}  // namespace

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HotRowsTest);

TEST_P(HotRowsTest, ShuffledBatchesAreExact) {
  const TempFolder folder;
  const auto url = GetParam().url(folder);
  const auto seed = seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  for (const auto& open : GetParam().tables_of) {
    const auto driver = open(url).release();
    driver->setup(Setup::Create);
    Pipe start;
    std::vector<Child> children;
    for (int process = 0; process < kProcesses; ++process) {
      children.emplace_back([&] {
        start.close_writing();
        start.wait();
        std::mt19937 random(seed + static_cast<unsigned>(process));
        const auto own = open(url).release();
        auto buckets = hours(kTen, kRows);
        for (int batch = 0; batch < kBatches; ++batch) {
          std::shuffle(buckets.begin(), buckets.end(), random);
          std::vector<Change> changes;
          for (std::size_t i = 0; i < kRowsOfABatch; ++i)
            changes.push_back({.at = buckets[i], .increments = {{"n", 1}, {"half", 0.5}}});
          write(*own, changes);
        }
        return true;
      });
    }
    start.close_writing();
    for (auto& child : children) EXPECT_TRUE(child.succeeded());
    std::int64_t sum = 0;
    for (const auto& [at, values] : read(*driver, "event::signup", "1h", hours(kTen, kRows))) {
      sum += values.at("n").to_int64().value();
      EXPECT_EQ(values.at("half").to_double() * 2, values.at("n").to_double()) << at;
    }
    EXPECT_EQ(sum, kProcesses * kBatches * static_cast<std::int64_t>(kRowsOfABatch));
  }
}

}  // namespace trifle::stats::test
