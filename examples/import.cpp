#include <trifle/stats.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include <chrono>
#include <iostream>

namespace drivers = trifle::stats::drivers;
using namespace std::chrono_literals;

int main() {
  trifle::Stats stats{drivers::sqlite("stats.db"), {.granularities = {"1h", "1d"}}};
  stats.setup();

  auto at = trifle::stats::Instant::parse("2026-07-01T00:00:00Z");
  auto batch = stats.batch();  // merged in memory: many measurements become few rows
  for (int i = 0; i < 100'000; ++i, at = at + 10s) {
    batch.track("requests", at, {{"count", 1}, {"bytes", 512}});
    if (batch.operations() == 8'192) batch.commit();  // one transaction
  }
  const auto last = batch.commit();
  std::cout << last.operations << " operations in the last transaction, " << stats.health().written_rows
            << " rows in all\n";
}
