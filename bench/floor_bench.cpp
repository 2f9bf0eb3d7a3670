// What the cell cache saves: the seven default granularities of each event, from its cell and by calendar arithmetic.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <trifle/stats/bucketing.hpp>

#include "harness.hpp"
#include "time/cell_cache.hpp"

namespace {

using trifle::stats::Bucketing;
using trifle::stats::Granularity;
using trifle::stats::Instant;

constexpr std::size_t kEvents = 100'000;
constexpr std::int64_t kStart = 1'784'111'865;  // 2026-07-15T10:37:45Z
constexpr std::int64_t kSpan = 3'000;           // fifty minutes: as many cells

std::vector<Granularity> default_granularities() {
  std::vector<Granularity> granularities;
  for (const char* text : {"1m", "1h", "1d", "1w", "1mo", "1q", "1y"}) granularities.emplace_back(text);
  return granularities;
}

double cached_rate(trifle::stats::detail::CellCache& cache, const std::vector<std::int64_t>& events) {
  std::int64_t sum = 0;
  const double seconds = bench::seconds_of([&] {
    for (const std::int64_t at : events) {
      const auto& cell = cache.find(at);
      sum += cell.floors.front() + cell.floors.back();
    }
  });
  bench::keep(sum);
  return static_cast<double>(events.size()) / seconds;
}

double calendar_rate(const Bucketing& bucketing, const std::vector<Granularity>& granularities,
                     const std::vector<std::int64_t>& events) {
  std::int64_t sum = 0;
  const double seconds = bench::seconds_of([&] {
    for (const std::int64_t at : events)
      for (const Granularity& granularity : granularities)
        sum += bucketing.floor(Instant::from_unix(at), granularity).unix_seconds();
  });
  bench::keep(sum);
  return static_cast<double>(events.size()) / seconds;
}

}  // namespace

void floor_bench(bench::Report& report) {
  constexpr double kGoal = 50;
  const Bucketing bucketing("Europe/Bratislava");
  const std::vector<Granularity> granularities = default_granularities();
  std::vector<std::int64_t> events(kEvents);
  for (std::size_t i = 0; i < kEvents; ++i)
    events[i] = kStart + static_cast<std::int64_t>(i) * kSpan / std::int64_t{kEvents};

  const auto compare = [&](const char* name) {
    if (!report.wants(name)) return;
    trifle::stats::detail::CellCache cache(bucketing, granularities);
    report.compare(
        name, kGoal, [&] { return cached_rate(cache, events); },
        [&] { return calendar_rate(bucketing, granularities, events); });
  };
  compare("floors of 7 granularities, cell cache / calendar");
  std::shuffle(events.begin(), events.end(), std::mt19937_64(1));
  compare("floors of 7 granularities, shuffled over 50 minutes");
}
