#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>

#include <iostream>

using trifle::stats::Instant;
using trifle::stats::Series;

int main() {
  trifle::Stats stats{trifle::stats::drivers::process(), {.time_zone = "Europe/Bratislava", .granularities = {"1h"}}};
  stats.setup();

  const auto from = Instant::parse("2026-07-15T10:00:00+02:00");
  const auto to = Instant::parse("2026-07-15T12:00:00+02:00");
  stats.track("orders", from, {{"count", 2}, {"country", {{"us", 1}, {"de", 1}}}});
  stats.track("orders", to, {{"count", 1}, {"country.us", 1}});
  stats.flush();

  const Series series = stats.values("orders", from, to, "1h");  // a value: copy it, move it, pass it to another thread

  for (const auto& [at, row] : series) {
    std::cout << series.bucketing().format(at) << ' ';  // in the zone
    if (row.blank())
      std::cout << "nothing\n";  // absent, never zero
    else
      std::cout << row.to_json() << '\n';  // nested
  }
  for (const auto& path : series.paths()) std::cout << path << '\n';
  std::cout << series.value(0, "country.de").value_or(0) << '\n';
  std::cout << series.to_json() << '\n';

  std::cout << stats.values("orders", from, to, "1h", {.skip_blanks = true}).size() << '\n';
}
