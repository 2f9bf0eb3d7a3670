#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include <chrono>
#include <iostream>

using namespace std::chrono_literals;
using trifle::stats::Error;
using trifle::stats::Identity;
using trifle::stats::InvalidArgument;
using trifle::stats::OnFull;
namespace drivers = trifle::stats::drivers;

int main() {
  trifle::Stats stats{drivers::sqlite("metrics.db", {.identity = Identity::Separated, .busy_timeout = 2s}), {
      .time_zone = "America/New_York",
      .week_start = std::chrono::Sunday,
      .granularities = {"1m", "15m", "1h", "1d", "1w", "1mo"},
      .buffer = {.duration = 1s, .size = 256, .max_bytes = 64 << 20, .on_full = OnFull::Block},
      .on_error = [](const Error& e) { std::clog << e.what() << '\n'; },
  }};
  stats.setup();

  // What is wrong is refused here, naming the option, what was given and what is allowed.
  try {
    trifle::Stats wrong{drivers::process(), {.granularities = {"1x"}}};
    return 1;
  } catch (const InvalidArgument& e) {
    std::cout << e.what() << '\n';
  }
}
