// Every zone of the system's tzdata against the C library and a slow, obvious reference, around the changes of its
// clock from 1970 to 2100. All of them with TRIFLE_TEST_FULL=1, otherwise a few of each zone.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <trifle/stats/bucketing.hpp>

#include "all_rounds.hpp"
#include "reference_zone.hpp"
#include "seed.hpp"
#include "time/cell_cache.hpp"

namespace trifle::stats {
namespace {

using reference::ReferenceZone;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t k1970 = 0;
constexpr std::int64_t k2100 = 4'102'444'800;
constexpr std::int64_t kYear1 = -62'135'596'800;
constexpr std::int64_t kYear9999 = 253'402'300'799;

std::string folder() {
  const char* configured = std::getenv("TZDIR");
  return configured != nullptr && *configured != '\0' ? configured : "/usr/share/zoneinfo";
}

// One name for each different file.
std::vector<std::string> zone_names() {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::set<std::string> contents;
  std::set<std::string> sorted;
  if (!fs::is_directory(folder())) return names;
  for (const auto& entry :
       fs::recursive_directory_iterator(folder(), fs::directory_options::follow_directory_symlink)) {
    const std::string name = fs::relative(entry.path(), folder()).string();
    const bool foreign = name.starts_with("posix") || name.starts_with("right/") || name == "localtime";
    if (entry.is_regular_file() && !foreign) sorted.insert(name);
  }
  for (const std::string& name : sorted) {
    std::ifstream file(folder() + "/" + name, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), {}};
    if (content.starts_with("TZif") && contents.insert(std::move(content)).second) names.push_back(name);
  }
  return names;
}

const std::vector<Granularity>& granularities() {
  static const std::vector<Granularity> all = [] {
    std::vector<Granularity> made;
    for (const char* text :
         {"1s",  "7s", "90s", "1m", "15m", "33m", "45m", "60m", "1h",  "5h", "6h", "7h", "24h", "25h",
          "40h", "1d", "2d",  "7d", "33d", "1w",  "2w",  "1mo", "5mo", "1q", "2q", "1y", "3y"})
      made.emplace_back(text);
    return made;
  }();
  return all;
}

// How far a timeline of about `points` buckets reaches.
std::int64_t reach(const Granularity& granularity, std::int64_t points) {
  constexpr std::array<std::int64_t, 8> kSeconds = {1, 60, 3600, kDay, 7 * kDay, 30 * kDay, 91 * kDay, 365 * kDay};
  return points * granularity.count() * kSeconds.at(static_cast<std::size_t>(granularity.unit()));
}

class BucketingZones : public testing::Test {
 protected:
  BucketingZones() : names_(zone_names()) {
    const auto seed = test::seed_or(std::random_device{}());
    std::cout << "TRIFLE_TEST_SEED=" << seed << ", " << names_.size() << " zones\n";
    random_.seed(seed);
  }
  void SetUp() override { ASSERT_GT(names_.size(), 50u) << "no time zone files in " << folder(); }

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }

  template <class T>
  std::vector<T> pick(const std::vector<T>& all, std::size_t count) {
    std::vector<T> picked;
    std::sample(all.begin(), all.end(), std::back_inserter(picked), count, random_);
    return picked;
  }

  // All in a full run, otherwise so many that are picked at random.
  template <class T>
  std::vector<T> some(const std::vector<T>& all, std::size_t count) {
    return test::all_rounds() ? all : pick(all, count);
  }

  std::chrono::weekday any_weekday() { return std::chrono::weekday(static_cast<unsigned>(between(0, 6))); }

  const std::vector<std::string> names_;
  std::mt19937_64 random_;
};

TEST_F(BucketingZones, offsets_are_the_c_librarys) {
  for (const std::string& name : names_) {
    const Bucketing bucketing(name);
    const ReferenceZone zone(name, std::chrono::Monday);
    const auto check = [&](std::int64_t at) {
      ASSERT_EQ(bucketing.utc_offset(Instant::from_unix(at)).count(), zone.offset(at)) << name << " at " << at;
    };
    for (const std::int64_t change : zone.changes(k1970, k2100, test::all_rounds() ? kDay / 2 : 25 * kDay)) {
      check(change - 1);
      check(change);
    }
    const int rounds = test::all_rounds() ? 4000 : 60;
    for (int round = 0; round < rounds; ++round) {
      check(between(k1970, k2100));
      check(between(-5'000'000'000, k1970));
      check(between(kYear1, kYear9999));
    }
    check(kYear1);
    check(kYear9999);
  }
}

TEST_F(BucketingZones, floors_and_cells_are_the_references) {
  for (const std::string& name : some(names_, 60)) {
    const std::chrono::weekday week_start = any_weekday();
    const Bucketing bucketing(name, week_start);
    const ReferenceZone zone(name, week_start);
    detail::CellCache cache(bucketing, granularities());
    std::vector<std::int64_t> places = some(zone.changes(k1970, k2100, test::all_rounds() ? 2 * kDay : 60 * kDay), 1);
    places.push_back(between(k1970, k2100));
    for (const std::int64_t place : places) {
      const std::int64_t instants[] = {place - 1, place, place + between(-2 * 3600, 2 * 3600),
                                       place + between(-2 * kDay, 2 * kDay), place + between(-400 * kDay, 400 * kDay)};
      for (const std::int64_t at : instants) {
        const detail::Cell& cell = cache.find(at);
        ASSERT_TRUE(cell.holds(at));
        const std::int64_t start = cell.start;
        const std::int64_t last = cell.end - 1;
        for (std::size_t i = 0; i < granularities().size(); ++i) {
          if (test::all_rounds() && between(0, 2) != 0) continue;  // there are millions
          const Granularity& granularity = granularities()[i];
          const std::int64_t expected = zone.floor(at, granularity);
          const auto where = [&] {
            return name + " " + granularity.to_string() + " at " + std::to_string(at) + ", weeks from " +
                   std::to_string(week_start.c_encoding());
          };
          ASSERT_EQ(bucketing.floor(Instant::from_unix(at), granularity).unix_seconds(), expected) << where();
          ASSERT_EQ(cell.floors[i], expected) << where();
          if (between(0, 7) != 0) continue;
          ASSERT_EQ(zone.floor(start, granularity), expected) << "start of the cell, " << where();
          ASSERT_EQ(zone.floor(last, granularity), expected) << "end of the cell, " << where();
        }
      }
    }
  }
}

TEST_F(BucketingZones, timelines_are_the_references) {
  for (const std::string& name : some(names_, 150)) {
    const std::chrono::weekday week_start = any_weekday();
    const Bucketing bucketing(name, week_start);
    const ReferenceZone zone(name, week_start);
    for (const std::int64_t change : some(zone.changes(k1970, k2100, test::all_rounds() ? 2 * kDay : 60 * kDay), 1)) {
      for (const Granularity& granularity : pick(granularities(), test::all_rounds() ? 2 : 4)) {
        const std::int64_t from = change - between(0, reach(granularity, 4));
        const std::int64_t to = change + between(0, reach(granularity, 4));
        std::vector<std::int64_t> points;
        for (const Instant at : bucketing.timeline(Instant::from_unix(from), Instant::from_unix(to), granularity))
          points.push_back(at.unix_seconds());
        ASSERT_EQ(points, zone.timeline(from, to, granularity))
            << name << " " << granularity.to_string() << " from " << from << " to " << to << ", weeks from "
            << week_start.c_encoding();
      }
    }
  }
}

}  // namespace
}  // namespace trifle::stats
