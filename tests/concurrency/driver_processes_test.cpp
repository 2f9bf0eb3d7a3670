// Several programs on one database and the same hot rows: sums exact, no error reaches anybody.

#include <chrono>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>

#include "contract/backends.hpp"
#include "contract/batches.hpp"
#include "contract/child.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;

constexpr int kProcesses = 4;
constexpr int kBatches = 40;

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

// The thread sanitizer can't follow threads that a child of several makes; the other builds run this.
#if !defined(__SANITIZE_THREAD__)
TEST_P(ProcessesTest, AChildAfterForkGoesOnWithConnectionsOfItsOwn) {
  open();
  const auto at = Instant::from_unix(kTen);
  auto stats = std::make_unique<Stats>(Driver(GetParam().make(folder_, {})),
                                       Options{.granularities = {"1h"}, .buffer = {.duration = 1h}});
  const auto stored = [&](const char* name) { return read_one(*open(), "k").at(name); };
  const auto seen = [&](const char* name) { return stats->values("k", at, at, "1h")[0].row[name].value_or(0); };
  stats->track("k", at, {{"parent", 1}, {"child", 0}});
  stats->flush();
  EXPECT_EQ(seen("parent"), Number(1)) << "both connections are open";
  stats->track("k", at, {{"parent", 1}});
  for (int round = 1; round <= 3; ++round) {
    Child writing([&] {
      stats->track("k", at, {{"child", 1}});
      const auto report = stats->close();
      return report.written == 1 && report.kept == 0;
    });
    EXPECT_TRUE(writing.succeeded());
    Child reading([&] { return seen("child") == Number(round) && seen("parent") == Number(1); });
    EXPECT_TRUE(reading.succeeded()) << round;
    Child ending([&] {
      stats.reset();
      return true;
    });
    EXPECT_TRUE(ending.succeeded());
    EXPECT_EQ(seen("child"), Number(round)) << "over the connection that the parent had";
  }
  EXPECT_EQ(stored("parent"), Number(1)) << "no child wrote what its parent had";
  stats->flush();
  EXPECT_EQ(stored("parent"), Number(2));
  EXPECT_EQ(stored("child"), Number(3));
  EXPECT_EQ(stats->health().retried_batches, 0u);
}

TEST_P(ProcessesTest, ADriverFromBeforeForkIsTheParents) {
  const auto driver = open();
  write(*driver, {{.increments = {{"n", 1}}}});
  const auto make = driver->maker();
  ASSERT_TRUE(make);
  Child child([&] {
    try {
      write(*driver, {{.increments = {{"n", 100}}}});
      return false;
    } catch (const ConnectionError& error) {
      if (error.outcome() != Outcome::NotApplied) return false;
    }
    const auto own = make();
    write(*own, {{.increments = {{"n", 10}}}});
    return read_one(*own) == (Values{{"n", 11}});
  });
  EXPECT_TRUE(child.succeeded());
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 12}}));
}
#endif

}  // namespace
}  // namespace trifle::stats::test
