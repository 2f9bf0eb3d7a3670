// Several programs on one database and the same hot rows: sums exact, no error reaches anybody.

#include <vector>

#include <gmock/gmock.h>

#include "contract/backends.hpp"
#include "contract/batches.hpp"
#include "contract/child.hpp"

namespace trifle::stats::test {
namespace {

constexpr int kProcesses = 4;
constexpr int kBatches = 100;

class ProcessesTest : public DriverContract {};
INSTANTIATE_TEST_SUITE_P(Drivers, ProcessesTest, testing::ValuesIn(shared_backends()), backend_name);

TEST_P(ProcessesTest, NoIncrementIsLost) {
  open();
  const auto buckets = hours(kTen, 14);
  std::vector<Change> changes;
  for (const auto at : buckets) changes.push_back({.at = at, .increments = {{"count", 1}, {"half", 0.5}, {"a.b", 2}}});

  Pipe start;
  std::vector<Child> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.emplace_back([&] {
      start.close_writing();
      start.wait();
      const auto driver = GetParam().make(folder_, {});
      for (int batch = 0; batch < kBatches; ++batch) write(*driver, changes);
      return true;
    });
  }
  start.close_writing();
  for (auto& child : children) EXPECT_TRUE(child.succeeded());

  const auto found = read(*open(), "event::signup", "1h", buckets);
  ASSERT_EQ(found.size(), buckets.size());
  constexpr int kSum = kProcesses * kBatches;
  for (const auto& [at, values] : found)
    EXPECT_EQ(values, (Values{{"count", kSum}, {"half", kSum * 0.5}, {"a.b", 2 * kSum}})) << at;
}

}  // namespace
}  // namespace trifle::stats::test
