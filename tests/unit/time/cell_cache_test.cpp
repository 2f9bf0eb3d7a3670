#include "time/cell_cache.hpp"
#include "seed.hpp"

#include <cstdint>
#include <iostream>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <trifle/stats/error.hpp>

namespace trifle::stats {
namespace {

using detail::Cell;
using detail::CellCache;

std::vector<Granularity> granularities(std::initializer_list<const char*> texts) {
  std::vector<Granularity> made;
  for (const char* text : texts) made.emplace_back(text);
  return made;
}

const std::int64_t kNoon = Instant::parse("2026-07-15T12:00:00Z").unix_seconds();

void expect_floors(const Bucketing& bucketing, const CellCache& cache, const Cell& cell, std::int64_t at) {
  ASSERT_TRUE(cell.holds(at)) << at;
  ASSERT_EQ(cell.floors.size(), cache.granularities().size());
  for (std::size_t i = 0; i < cell.floors.size(); ++i)
    ASSERT_EQ(cell.floors[i], bucketing.floor(Instant::from_unix(at), cache.granularities()[i]).unix_seconds())
        << bucketing.time_zone() << " " << cache.granularities()[i].to_string() << " at " << at;
}

TEST(CellCache, gives_the_floors_wherever_clocks_are_strange) {
  const auto seed = test::seed_or(std::random_device{}());
  std::cout << "TRIFLE_TEST_SEED=" << seed << "\n";
  std::mt19937_64 random(seed);
  // A clock change of each, and what comes before the first standard time.
  const std::pair<const char*, const char*> places[] = {
      {"Australia/Lord_Howe", "2026-04-04T15:00:00Z"}, {"Antarctica/Troll", "2025-10-26T01:00:00Z"},
      {"America/Havana", "2025-11-02T05:00:00Z"},      {"Pacific/Apia", "2011-12-30T10:00:00Z"},
      {"America/Sao_Paulo", "2018-11-04T03:00:00Z"},   {"America/St_Johns", "2006-10-29T02:31:00Z"},
      {"Atlantic/Azores", "2025-10-26T01:00:00Z"},     {"Africa/Casablanca", "2024-03-10T02:00:00Z"},
      {"Europe/Dublin", "2025-10-26T01:00:00Z"},       {"Asia/Pyongyang", "2018-05-04T15:00:00Z"},
      {"America/Toronto", "1919-03-31T04:30:00Z"},     {"Europe/Amsterdam", "1880-01-01T00:00:00Z"},
      {"Asia/Kathmandu", "1985-12-31T18:30:00Z"},      {"Africa/Monrovia", "1972-01-07T00:44:30Z"}};
  for (const auto& [zone, change] : places) {
    const Bucketing bucketing(zone, std::chrono::Sunday);
    CellCache cache(bucketing, granularities({"7s", "1m", "33m", "45m", "1h", "7h", "25h", "1d", "2d", "1w", "1mo",
                                              "5mo", "1q", "3y"}));
    const std::int64_t middle = Instant::parse(change).unix_seconds();
    for (const std::int64_t width : {3'600, 86'400, 400 * 86'400}) {
      for (int round = 0; round < 300; ++round) {
        const std::int64_t at = middle + std::uniform_int_distribution<std::int64_t>(-width, width)(random);
        const Cell& cell = cache.find(at);
        expect_floors(bucketing, cache, cell, at);
        expect_floors(bucketing, cache, cell, cell.start);
        expect_floors(bucketing, cache, cell, cell.end - 1);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(CellCache, a_cell_ends_where_a_floor_changes) {
  CellCache cache(Bucketing("Europe/Bratislava"), granularities({"1m", "1h", "1d"}));
  const Cell& minute = cache.find(kNoon + 30);
  EXPECT_EQ(minute.start, kNoon);
  EXPECT_EQ(minute.end, kNoon + 60);

  CellCache days(Bucketing("Europe/Bratislava"), granularities({"1mo"}));
  const Cell& day = days.find(kNoon);
  EXPECT_EQ(day.start, Instant::parse("2026-07-15T00:00:00+02:00").unix_seconds());
  EXPECT_EQ(day.end, Instant::parse("2026-07-16T00:00:00+02:00").unix_seconds());
}

// Sixty-four neighbouring cells have a slot each, wherever days begin: an hour of shuffled minutes stays.
TEST(CellCache, neighbouring_cells_do_not_displace_each_other) {
  for (const auto& [text, width] :
       {std::pair{"1m", 60}, std::pair{"1s", 1}, std::pair{"15m", 900}, std::pair{"1d", 86'400}}) {
    CellCache cache(Bucketing("Asia/Kathmandu"), granularities({text, "1y"}));
    const std::int64_t first = cache.find(kNoon).start;
    std::set<const Cell*> cells;
    for (int i = 0; i < 64; ++i) cells.insert(&cache.find(first + std::int64_t{i} * width));
    EXPECT_EQ(cells.size(), 64u) << text;
    for (int i = 0; i < 64; ++i)
      for (const std::int64_t inside : {0, width / 2, width - 1})
        EXPECT_TRUE(cells.contains(&cache.find(first + std::int64_t{i} * width + inside))) << text;
  }
}

TEST(CellCache, moves_with_its_cells) {
  const Bucketing bucketing("Europe/Bratislava");
  CellCache cache(bucketing, granularities({"1m", "1y"}));
  cache.find(kNoon);
  CellCache moved = std::move(cache);
  expect_floors(bucketing, moved, moved.find(kNoon), kNoon);
}

TEST(CellCache, refuses_instants_and_buckets_outside_the_years) {
  const Bucketing bucketing("America/New_York");
  CellCache cache(bucketing, granularities({"1m", "1000y"}));
  for (const std::int64_t at : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                                std::int64_t{253'402'300'800}, std::int64_t{-62'135'596'801}})
    EXPECT_THROW(cache.find(at), InvalidArgument);
  const std::int64_t early = Instant::parse("0500-01-01T12:00:00Z").unix_seconds();
  EXPECT_THROW(cache.find(early), InvalidArgument);
  EXPECT_THROW(cache.find(early), InvalidArgument) << "a failed look-up leaves nothing behind";
  expect_floors(bucketing, cache, cache.find(kNoon), kNoon);
}

}  // namespace
}  // namespace trifle::stats
