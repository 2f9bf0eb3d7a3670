// A database that fails in every way and order, for hours of a simulated clock: afterwards what is in it, what was
// handed over and what is still queued is what was tracked, to the last unit.

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <tuple>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/process.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "all_rounds.hpp"
#include "buffer/buffer.hpp"
#include "contract/batches.hpp"
#include "contract/temp_folder.hpp"
#include "seed.hpp"
#include "unit/buffer/faulty_driver.hpp"
#include "unit/buffer/parted_driver.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using detail::Buffer;
using detail::Fault;
using detail::Row;
using detail::Rows;

constexpr std::array<std::string_view, 2> kGranularities = {"1m", "1h"};
constexpr std::array<const char*, 3> kKeys = {"a", "b", "c.d"};
constexpr std::array<const char*, 4> kPaths = {"n", "m.x", "m.y", "f"};
constexpr int kMinutes = 4;

/// (key, granularity, bucket, path) to a sum.
using Sums = std::map<std::tuple<std::string, std::string, std::int64_t, std::string>, Number>;

std::int64_t floored(std::int64_t at, std::string_view granularity) {
  return at - at % (granularity == "1m" ? 60 : 3600);
}

void add(Sums& sums, const std::string& key, std::int64_t at, const std::string& path, Number number) {
  for (const auto granularity : kGranularities)
    sums[{key, std::string(granularity), floored(at, granularity), path}] += number;
}

Number negative(Number number) {
  const auto whole = number.to_int64();
  return number.is_integer() && whole ? Number(-*whole) : Number(-number.to_double());
}

Sums sums_of(std::span<const Row> rows) {
  Sums sums;
  for (const Row& row : rows)
    for (const auto& field : row.increments)
      sums[{std::string(row.key), std::string(row.granularity), row.at, std::string(field.name)}] += field.number;
  return sums;
}

struct Where {
  const char* name;
  bool sqlite;
  bool ledger;
  bool parted = false;
};

class BufferSchedulesTest : public testing::TestWithParam<Where> {
 protected:
  std::shared_ptr<detail::RowDriver> open() const {
    if (!GetParam().sqlite) return drivers::process().release();
    std::shared_ptr<detail::RowDriver> driver =
        drivers::sqlite(folder_.file("stats.db"),
                        {.synchronous = drivers::SqliteOptions::Synchronous::Off, .ledger = GetParam().ledger})
            .release();
    driver->setup(Setup::Create);
    return driver;
  }

  const TempFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Backends, BufferSchedulesTest,
                         testing::Values(Where{"process", false, true}, Where{"sqlite", true, false},
                                         Where{"sqlite_ledger", true, true}, Where{"parted", false, false, true},
                                         Where{"parted_ledger", false, true, true}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(BufferSchedulesTest, NothingIsLostAndNothingCountedTwice) {
  const int schedules = all_rounds() ? 10'000 : 250;
  const auto seed = seed_or(std::random_device{}());
  std::cout << "TRIFLE_TEST_SEED=" << seed << std::endl;
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const auto inner = open();

  for (int schedule = 0; schedule < schedules; ++schedule) {
    SCOPED_TRACE("schedule " + std::to_string(schedule));
    const std::string prefix = "s" + std::to_string(schedule) + "::";
    const std::int64_t base = kTen + below(2) * 3600;
    Sums tracked;
    Sums accounted;
    std::uint64_t calls = 0;
    std::uint64_t refused_calls = 0;

    Buffer::Time now{1000h};
    const auto rate = below(4) * 3;
    const bool ledger = GetParam().ledger;
    bool away = false;
    bool healed = false;
    // What was committed and not confirmed, by part: once something newer is sent, or at the end, it was handed over
    // although it is there.
    std::optional<Rows::Id> unconfirmed;
    std::optional<Buffer::Time> unknown_since;
    std::map<std::size_t, Sums> unconfirmed_sums;
    const auto take_back = [&] {
      for (const auto& [part, sums] : unconfirmed_sums)
        for (const auto& [where, number] : sums) accounted[where] += negative(number);
      unconfirmed_sums.clear();
    };
    std::function<bool(const Row&)> refuses;
    if (below(3) == 0) {
      const auto bad = prefix + kKeys[below(3)];
      refuses = [bad](const Row& row) { return row.key == bad && row.granularity == "1h"; };
    }
    const auto plan = [&](const Rows::Id& id, std::size_t part, std::span<const Row> rows) {
      if (away) return Fault::Before;
      if (refuses && std::any_of(rows.begin(), rows.end(), refuses)) return Fault::None;
      if (unconfirmed != id) {
        // A ledger is asked under the same id, for as long as it is trusted.
        EXPECT_TRUE(!ledger || unconfirmed_sums.empty() || now - unknown_since.value() >= 12h)
            << "sent under another id";
        take_back();
        unknown_since.reset();
      }
      unconfirmed = id;
      if (healed || below(10) >= rate) {
        unconfirmed_sums.erase(part);
        return Fault::None;
      }
      const auto which = std::array{Fault::Before, Fault::Commit, Fault::Lost}[below(3)];
      if (which != Fault::Before && !unknown_since) unknown_since = now;
      if (which == Fault::Commit) unconfirmed_sums[part] = sums_of(rows);
      return which;
    };
    std::shared_ptr<detail::RowDriver> driver;
    if (GetParam().parted) {
      const auto parted = std::make_shared<detail::PartedDriver>(inner, GetParam().ledger);
      parted->plan = plan;
      parted->refuses = refuses;
      driver = parted;
    } else {
      const auto whole = std::make_shared<detail::FaultyDriver>(inner);
      whole->plan = [&](const Rows& rows) { return plan(rows.id(), 0, rows.rows()); };
      whole->refuses = refuses;
      driver = whole;
    }

    detail::Gate gate;
    detail::Merge::Config merge{.bucketing = Bucketing(),
                                .granularities = {},
                                .layout = inner->layout(),
                                .max_key_length = 200,
                                .system_tracking = false};
    for (const auto text : kGranularities) merge.granularities.emplace_back(text);
    auto traits = driver->traits();
    traits.ledger = ledger;
    const auto on_full = std::array{OnFull::Block, OnFull::Refuse, OnFull::Drop}[below(3)];
    Buffer buffer({.merge = merge,
                   .options = {.duration = 1s,
                               .size = static_cast<std::size_t>(1 + below(30)),
                               .aggregate = below(5) != 0,
                               .async = below(4) != 0,
                               .max_entries = static_cast<std::size_t>(below(3) == 0 ? 8 : 1000),
                               .on_full = on_full,
                               .block_for = 0s},
                   .traits = traits,
                   .on_drop =
                       [&](const Dropped& dropped) {
                         for (const auto& row : dropped.rows) {
                           for (const auto& item : row.increments) {
                             if (row.granularity.empty()) {
                               add(accounted, row.key, row.at.unix_seconds(), item.path, item.number);
                             } else {
                               accounted[{row.key, row.granularity, row.at.unix_seconds(), item.path}] += item.number;
                             }
                           }
                         }
                       },
                   .batch_slots = static_cast<std::size_t>(1 + below(30)),
                   .timing = {.now = [&] { return now; },
                              .sleep_until = [&](Buffer::Time until) { now = until; },
                              .jitter = [] { return 0.5; },
                              .thread = false}},
                  driver, gate);
    std::vector<std::shared_ptr<detail::Shard>> shards;
    for (int i = 0; i < 3; ++i) shards.push_back(buffer.new_shard());

    const int steps = 1 + below(120);
    for (int step = 0; step < steps; ++step) {
      const auto what = below(20);
      if (what < 15) {
        const auto key = prefix + kKeys[below(3)];
        const auto at = base + 60 * below(kMinutes) + below(60);
        Payload payload;
        for (int i = 0, n = 1 + below(3); i < n; ++i)
          payload.add(kPaths[below(4)], below(2) ? Number(below(20) - 5) : Number(below(40) / 4.0));
        try {
          ASSERT_TRUE(
              buffer.add_to(*shards[below(3)], detail::Change::Increment, key, Instant::from_unix(at), payload, false));
        } catch (const Error& error) {
          ASSERT_TRUE(error.code() == ErrorCode::Timeout || error.code() == ErrorCode::Storage) << error.what();
          ASSERT_NE(on_full, OnFull::Drop);
          ++refused_calls;
          continue;
        }
        ++calls;
        for (const auto& item : payload.items()) add(tracked, key, at, item.path, item.number);
      } else if (what < 17) {
        now += std::chrono::milliseconds(below(3000));
        buffer.tick();
      } else if (what == 17) {
        try {
          buffer.flush(1min);
        } catch (const Error&) {
        }
      } else if (what == 18) {
        away = below(2) == 0;
      } else {
        now += std::chrono::minutes(below(240));
        buffer.tick();
      }
    }
    // The end is either a database that works again, or one that stays away.
    away = below(3) == 0;
    healed = !away;
    now += 1min;
    const auto report = buffer.close(away ? 0s : 60s);
    ASSERT_TRUE(away || report.kept == 0);
    Health health;
    buffer.add_to(health);
    ASSERT_EQ(health.queued_operations, report.kept);
    ASSERT_LE(health.written_operations + health.dropped_full + report.kept, calls);
    buffer.give_up();
    take_back();

    for (const auto* key : kKeys) {
      for (const auto granularity : kGranularities) {
        std::vector<std::int64_t> buckets;
        for (auto at = kTen; at < kTen + 7200; at += granularity == "1m" ? 60 : 3600) buckets.push_back(at);
        for (const auto& [at, values] : read(*inner, prefix + key, std::string(granularity), buckets))
          for (const auto& [path, number] : values)
            accounted[{prefix + key, std::string(granularity), at, path}] += number;
      }
    }
    Sums difference = tracked;
    for (const auto& [where, number] : accounted) difference[where] += negative(number);
    std::erase_if(difference, [](const auto& sum) { return sum.second == Number(0); });
    ASSERT_EQ(difference, Sums()) << calls << " calls, " << refused_calls << " refused";
  }
}

}  // namespace
}  // namespace trifle::stats::test
