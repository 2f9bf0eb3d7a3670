// Once names and cells are known, tracking allocates nothing.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

// Not inlined: the compiler would find malloc and delete not to match.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace trifle::stats {
namespace {

TEST(AllocationTest, TrackingAllocatesNothingInTheSteadyState) {
  Stats stats(drivers::process(), {.buffer = {.duration = std::chrono::hours(24), .size = std::size_t{1} << 40}});
  const auto at = Instant::parse("2026-07-15T10:37:45Z");
  auto recorder = stats.recorder("frame", {"count", "ms.cpu"});
  const std::string other = "another key, longer than any short string could be";
  const Payload payload = Payload().add("built.at.run.time", 1).add("count", 2);
  const auto round = [&] {
    stats.track("event::signup", at, {{"count", 1}, {"duration", {{"parse", 2.5}, {"store", 3}}}});
    stats.track(other, at, {{"a name that is longer than a short string", 1}});
    stats.track("event::signup", at, {{"count", 1}, {"duration.parse", 2.5}, {"new", 3}});  // another shape
    stats.assert_values("gauge", at, {{"level", 7}});
    stats.track("built", at, payload);
    recorder.track(at, {1, 4.5});
  };
  round();
  round();
  const auto before = allocations;
  for (int i = 0; i < 1000; ++i) round();
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace trifle::stats
