// Calls of several threads, played by one, through the buffer into every backend: what is in the database is what the
// same calls leave when each is written by itself.

#include <array>
#include <chrono>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "all_rounds.hpp"
#include "buffer/buffer.hpp"
#include "contract/backends.hpp"
#include "contract/batches.hpp"
#include "seed.hpp"
#include "unit/buffer/faulty_driver.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using detail::Buffer;
using detail::Change;
using detail::Fault;

constexpr std::array<const char*, 3> kGranularities = {"1m", "1h", "1d"};
constexpr std::array<const char*, 4> kNames = {"a", "b", "c.d", "c.e"};

class BufferedTest : public DriverContract {
 protected:
  detail::Merge::Config merge_config(const detail::RowDriver& driver) const {
    detail::Merge::Config merge{.bucketing = Bucketing(),
                                .granularities = {},
                                .layout = driver.layout(),
                                .max_key_length = 200,
                                .system_tracking = true};
    for (const auto* text : kGranularities) merge.granularities.emplace_back(text);
    return merge;
  }

  TempFolder other_folder_;
};

INSTANTIATE_TEST_SUITE_P(Backends, BufferedTest, testing::ValuesIn(backends()), backend_name);

TEST_P(BufferedTest, AnyInterleavingLeavesWhatTheSameCallsLeaveUnbuffered) {
  const auto seed = seed_or(std::random_device{}());
  std::cout << "TRIFLE_TEST_SEED=" << seed << std::endl;
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const auto number = [&] { return below(2) ? Number(below(20) - 5) : Number(below(40) / 4.0); };

  const std::shared_ptr<detail::RowDriver> buffered = open();
  const auto direct = GetParam().make(other_folder_, {.table = "written_directly"});
  direct->setup(Setup::Create);
  const auto driver = std::make_shared<detail::FaultyDriver>(buffered);
  const bool ledger = buffered->traits().ledger;
  detail::Merge single(merge_config(*direct));
  const Bucketing bucketing;
  std::map<std::pair<std::string, std::string>, std::set<std::int64_t>> touched;

  // Every single write is a round trip to a server, and an fsync: few schedules for each of the many.
  const std::string& name = GetParam().name;
  const bool server = !name.starts_with("process") && !name.starts_with("sqlite");
  const int schedules = (all_rounds() ? 10 : 1) * (server ? 4 : 40);
  for (int schedule = 0; schedule < schedules; ++schedule) {
    SCOPED_TRACE("schedule " + std::to_string(schedule));
    const auto faults = below(2) * 4;
    driver->plan = [&](const detail::Rows&) {
      if (below(10) >= faults) return Fault::None;
      // Without a ledger an unknown outcome is reported and not cured; that has its own test.
      return ledger ? std::array{Fault::Before, Fault::Commit, Fault::Lost}[below(3)] : Fault::Before;
    };
    Buffer::Time now{1000h};
    detail::Gate gate;
    Buffer buffer(
        {.merge = merge_config(*buffered),
         .options = {.duration = 1s, .size = static_cast<std::size_t>(1 + below(40)), .aggregate = below(4) != 0},
         .traits = buffered->traits(),
         .batch_slots = static_cast<std::size_t>(1 + below(20)),
         .timing = {.now = [&] { return now; },
                    .sleep_until = [&](Buffer::Time until) { now = until; },
                    .jitter = [] { return 0.5; },
                    .thread = false}},
        driver, gate);
    std::vector<std::shared_ptr<detail::Shard>> shards;
    for (int i = 0; i < 3; ++i) shards.push_back(buffer.new_shard());
    const Payload recorded{{"a", 0}, {"c", {{"e", 0}}}};

    const auto sets = below(4);
    for (int call = 0, calls = 1 + below(40); call < calls; ++call) {
      const auto change = below(4) < sets ? Change::Set : Change::Increment;
      const auto at = Instant::from_unix(kTen + below(3) * 60 + below(2) * 1800 + below(2) * 86'400);
      const std::string key = "s" + std::to_string(schedule) + "::" + std::array{"x", "y"}[below(2)];
      const bool untracked = below(5) == 0;
      single.clear();
      const auto kind = below(3);
      if (kind == 0) {  // any names in any order
        Payload payload;
        for (int i = 0, n = 1 + below(3); i < n; ++i) payload.add(kNames[below(4)], number());
        ASSERT_TRUE(buffer.add_to(*shards[below(3)], change, key, at, payload, untracked));
        single.add(change, key, at, payload, untracked);
      } else if (kind == 1) {  // one of two shapes, in braces
        const auto track = [&](std::initializer_list<Entry> values) {
          const std::span<const Entry> entries(values.begin(), values.size());
          ASSERT_TRUE(buffer.add(change, key, at, entries, untracked)) << "a fourth thread, this one";
          single.add(change, key, at, entries, untracked);
        };
        const auto first = number();
        const auto second = number();
        below(2) ? track({{"b", first}, {"a", second}}) : track({{"c", {{"d", first}, {"e", second}}}});
      } else {
        const std::array numbers{number(), number()};
        ASSERT_TRUE(buffer.add_recorded(key.ends_with('x') ? 0 : 1, key, recorded, at, numbers));
        single.add(Change::Increment, key, at, recorded.items(), numbers, false);
      }
      const auto rows = single.rows();
      direct->write(rows);
      for (const auto& row : rows.rows()) touched[{std::string(row.key), std::string(row.granularity)}].insert(row.at);
      if (below(8) == 0) {
        now += std::chrono::milliseconds(below(2000));
        buffer.tick();
      }
    }
    driver->plan = {};
    now += 1min;
    buffer.flush(1min);
    Health health;
    buffer.add_to(health);
    ASSERT_EQ(health.queued_operations, 0u);
  }

  for (const auto& [row, buckets] : touched) {
    const std::vector<std::int64_t> all(buckets.begin(), buckets.end());
    ASSERT_EQ(read(*buffered, row.first, row.second, all), read(*direct, row.first, row.second, all))
        << row.first << " in " << row.second;
  }
}

}  // namespace
}  // namespace trifle::stats::test
