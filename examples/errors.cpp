#include <trifle/stats.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include <chrono>
#include <iostream>

namespace drivers = trifle::stats::drivers;

int main() {
  trifle::Stats stats{drivers::sqlite("stats.db")};  // and no setup: the table is missing

  try {
    stats.track("orders", trifle::stats::Instant::now(), {{"count", 1}});
    stats.flush();
    return 1;
  } catch (const trifle::stats::Error& e) {
    std::cout << e.what() << '\n'
              << static_cast<int>(e.code()) << '\n'  // a stable enum: Connection, Timeout, Storage, …
              << to_string(e.outcome()) << '\n'      // NotApplied, Applied, Unknown
              << std::boolalpha << e.retry_is_safe() << '\n'
              << e.backend() << '\n';  // "sqlite"
  }
  stats.close(std::chrono::milliseconds(0));  // don't wait for the table
}
