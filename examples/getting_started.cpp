#include <trifle/stats.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include <chrono>
#include <iostream>

namespace drivers = trifle::stats::drivers;
using namespace std::chrono_literals;

int main() {
  trifle::Stats stats{drivers::sqlite("stats.db"), {
      .time_zone = "Europe/Bratislava",
      .granularities = {"1h", "1d"},
  }};
  stats.setup();                                    // creates what is missing, changes nothing that exists

  const auto now = std::chrono::system_clock::now();
  stats.track("event::uploads", now, {{"count", 1}, {"bytes", 4096}});

  stats.flush();                                    // reading your own writes: flush first
  for (const auto& [at, row] : stats.values("event::uploads", now - 24h, now, "1h"))
    std::cout << at << ' ' << row["count"].value_or(0) << '\n';   // an Instant (RFC 3339) and a Number, exact
}                                                   // the destructor closes: writes what is left, within a deadline
