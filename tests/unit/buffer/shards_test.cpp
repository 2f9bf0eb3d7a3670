// Calls of several threads, played by one: each call is of one shard, and the calls' order is what happened before
// what.

#include <gtest/gtest.h>

#include <random>

#include "buffer/buffer.hpp"
#include "faulty_driver.hpp"
#include "seed.hpp"

namespace trifle::stats::detail {
namespace {

using namespace std::chrono_literals;

TEST(ShardsTest, AnyInterleavingLeavesWhatTheSameCallsWouldHaveLeftUnbuffered) {
  const auto seed = test::seed_or(std::random_device{}());
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const char* names[] = {"a", "b", "c.d", "c.e"};
  const char* keys[] = {"x", "y", "z"};
  for (int schedule = 0; schedule < 600; ++schedule) {
    SCOPED_TRACE("schedule " + std::to_string(schedule));
    const Traits traits{.backend = "table", .ledger = true};
    const auto table = std::make_shared<TableDriver>(traits);
    const auto driver = std::make_shared<FaultyDriver>(table);
    const auto faults = below(2) * 4;
    driver->plan = [&](const Rows&) {
      const auto which = below(10);
      return which < faults ? std::array{Fault::Before, Fault::Commit, Fault::Lost, Fault::Before}[which] : Fault::None;
    };
    Merge::Config merge{.bucketing = schedule % 3 == 0 ? Bucketing("Australia/Lord_Howe") : Bucketing(),
                        .granularities = {},
                        .layout = {},
                        .max_key_length = 200,
                        .system_tracking = true};
    for (const char* text : {"1m", "1h", "1d"}) merge.granularities.emplace_back(text);
    const std::int64_t base = schedule % 3 == 0 ? 1'775'314'800 - 3600 : 1'784'111'865;
    Merge single(merge);
    Table expected;

    Buffer::Time now{1000h};
    Gate gate;
    Buffer buffer(
        {.merge = merge,
         .options = {.duration = 1s, .size = static_cast<std::size_t>(1 + below(40)), .aggregate = below(4) != 0},
         .traits = traits,
         .batch_slots = static_cast<std::size_t>(1 + below(20)),
         .timing = {.now = [&] { return now; },
                    .sleep_until = [&](Buffer::Time until) { now = until; },
                    .jitter = [] { return 0.5; },
                    .thread = false}},
        driver, gate);
    std::vector<std::shared_ptr<Shard>> shards;
    for (int i = 0; i < 3; ++i) shards.push_back(buffer.new_shard());
    const auto sets = below(4);
    const int calls = 1 + below(60);
    for (int call = 0; call < calls; ++call) {
      const auto change = below(4) < sets ? Change::Set : Change::Increment;
      const auto at = Instant::from_unix(base + below(3) * 60 + below(2) * 1800 + below(2) * 86'400);
      Payload payload;
      for (int i = 0, n = 1 + below(3); i < n; ++i)
        payload.add(names[below(4)], below(2) ? Number(below(20) - 5) : Number(below(40) / 4.0));
      const auto key = keys[below(3)];
      const bool untracked = below(5) == 0;
      ASSERT_TRUE(buffer.add_to(*shards[below(3)], change, key, at, payload, untracked));
      single.clear();
      single.add(change, key, at, payload, untracked);
      write_into(single.rows().rows(), expected);
      if (below(8) == 0) {
        now += std::chrono::milliseconds(below(2000));
        buffer.tick();
      }
    }
    faults == 0 ? void() : void(driver->plan = {});
    now += 1min;
    buffer.flush(1min);
    ASSERT_EQ(table->table, expected);
  }
}

TEST(ShardsTest, SetsOfThreadsThatTakeTurnsEndWithTheLast) {
  const auto table = std::make_shared<TableDriver>();
  Gate gate;
  Merge::Config merge{.bucketing = Bucketing(),
                      .granularities = {Granularity("1h")},
                      .layout = {},
                      .max_key_length = 200,
                      .system_tracking = false};
  Buffer buffer({.merge = merge, .options = {}, .traits = table->traits(), .timing = {.thread = false}}, table, gate);
  const auto one = buffer.new_shard();
  const auto other = buffer.new_shard();
  const auto at = Instant::from_unix(0);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(buffer.add_to(*one, Change::Set, "k", at, Payload{{"a", i}, {"b", i}}, false));
    ASSERT_TRUE(buffer.add_to(*other, Change::Set, "k", at, Payload{{"a", -i}}, false));
    ASSERT_TRUE(buffer.add_to(*one, Change::Increment, "k", at, Payload{{"a", 100}}, false));
  }
  buffer.flush(1min);
  const std::map<std::string, Number> row{{"a", 91}, {"b", 9}};
  EXPECT_EQ(table->table["k::1h::0"], row);
}

}  // namespace
}  // namespace trifle::stats::detail
