#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>

#include <chrono>
#include <iostream>
#include <optional>
#include <string>

using namespace std::chrono_literals;
using trifle::stats::Instant;
using trifle::stats::Path;
using trifle::stats::Payload;
using trifle::stats::Status;

int main() {
  trifle::Stats stats{trifle::stats::drivers::process(), {.granularities = {"1h", "1d"}}};
  stats.setup();

  const auto now = std::chrono::system_clock::now();
  const auto event_time = Instant::parse("2026-07-15T10:37:45+02:00");
  const std::string name = "v1.2";

  Payload payload;                                 // built at run time
  payload.add("status." + Path::escape(name), 1);  // a name with a dot stays one name

  stats.track("orders", now, {{"count", 1}, {"revenue", 49.90}, {"country", {{"us", 1}}}});  // add
  stats.track("orders", now, {{"country.us", 1}});                                           // the same path
  stats.assert_values("inventory", now, {{"books", 120}, {"pens", 80}});                     // set, per path
  stats.track("orders", event_time, payload);  // any instant, past or future: it lands in its own buckets
  stats.track("internal", now, {{"n", 1}}, {.untracked = true});

  stats.beam("worker::sync", now, {{"queue", 12}});  // latest status
  const std::optional<Status> status = stats.scan("worker::sync");
  std::cout << status->at << ' ' << status->values.to_json() << '\n';
  stats.beam("worker::sync", now, {{"state", "idle"}, {"queue", 12}});  // may hold text, booleans and null too

  stats.flush();
  for (const auto& key : stats.keys(now - 24h, now, "1h"))  // what was tracked, and how often
    std::cout << key.key << ' ' << key.count << '\n';
}
