// What a call of track costs, in memory, against the counters of prometheus-cpp in the same binary: looked up by their
// labels for each number, as track looks up key and paths, and kept, which is the floor.

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>
#include <time.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>

#include "harness.hpp"

namespace {

using trifle::stats::Instant;

constexpr std::size_t kCalls = 200'000;
constexpr std::string_view kKey = "event::signup";

/// Nothing is written while it is measured.
trifle::Stats quiet() {
  return trifle::Stats(trifle::stats::drivers::process(),
                       {.buffer = {.duration = std::chrono::hours(24), .size = std::size_t{1} << 40}});
}

/// Of the processor's time that the calling thread got: a busy machine takes it away in pieces that are longer than a
/// round. Nothing here waits but by spinning, which counts.
double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class Call>
double calls_per_second(std::size_t calls, Call&& call) {
  const double start = thread_seconds();
  for (std::size_t i = 0; i < calls; ++i) call(i);
  return static_cast<double>(calls) / (thread_seconds() - start);
}

class Counters {
 public:
  Counters() : family_(prometheus::BuildCounter().Name("events").Register(registry_)) {}

  prometheus::Counter& at(std::string_view key, std::string_view path) {
    return family_.Add({{"key", std::string(key)}, {"path", std::string(path)}});
  }

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& family_;
};

constexpr std::array<std::string_view, 5> kFive = {"count", "duration", "bytes", "errors", "retries"};
constexpr std::array<std::string_view, 23> kMany = {
    "count",      "duration", "bytes",   "errors", "retries", "status.200", "status.301", "status.404",
    "status.5",   "get",      "post",    "put",    "delete",  "cache.hit",  "cache.miss", "country.us",
    "country.de", "mobile",   "desktop", "bot",    "ssl",     "http2",      "queue"};

void track_five(trifle::Stats& stats, Instant at, int n) {
  stats.track(kKey, at, {{"count", n}, {"duration", 2.5}, {"bytes", 4096}, {"errors", 0}, {"retries", 1}});
}

void track_many(trifle::Stats& stats, Instant at, int n) {
  stats.track(kKey, at, {{"count", n},      {"duration", 2.5}, {"bytes", 4096},   {"errors", 0},    {"retries", 1},
                         {"status.200", n}, {"status.301", 0}, {"status.404", 0}, {"status.5", 0},  {"get", n},
                         {"post", 0},       {"put", 0},        {"delete", 0},     {"cache.hit", n}, {"cache.miss", 0},
                         {"country.us", n}, {"country.de", 0}, {"mobile", n},     {"desktop", 0},   {"bot", 0},
                         {"ssl", n},        {"http2", n},      {"queue", 12}});
}

void one_key(bench::Report& report, Instant at) {
  Counters counters;
  auto stats = quiet();
  const volatile int one = 1;
  report.compare(
      "track 5 paths / prometheus-cpp Add+Increment", 35,
      [&] { return calls_per_second(kCalls, [&](std::size_t) { track_five(stats, at, one); }); },
      [&] {
        return calls_per_second(kCalls / 10, [&](std::size_t) {
          for (const auto path : kFive) counters.at(kKey, path).Increment(one);
        });
      });
  report.compare(
      "track 23 paths / prometheus-cpp Add+Increment", 55,
      [&] { return calls_per_second(kCalls / 2, [&](std::size_t) { track_many(stats, at, one); }); },
      [&] {
        return calls_per_second(kCalls / 50, [&](std::size_t) {
          for (const auto path : kMany) counters.at(kKey, path).Increment(one);
        });
      });
}

void kept(bench::Report& report, Instant at) {
  Counters counters;
  auto stats = quiet();
  const volatile int one = 1;
  auto& counter = counters.at(kKey, "count");
  report.compare(
      "track 1 path / prometheus-cpp kept counter", 1 / 2.5,
      [&] { return calls_per_second(kCalls, [&](std::size_t) {
              stats.track(kKey, at, {{"count", one}});
            }); },
      [&] { return calls_per_second(kCalls, [&](std::size_t) { counter.Increment(one); }); });

  std::array<prometheus::Counter*, 5> five{};
  for (std::size_t i = 0; i < five.size(); ++i) five[i] = &counters.at(kKey, kFive[i]);
  auto recorder = stats.recorder("recorded", {"count", "duration", "bytes", "errors", "retries"});
  report.compare(
      "recorder 5 paths / prometheus-cpp kept counters", 1.0,
      [&] { return calls_per_second(kCalls, [&](std::size_t) {
              recorder.track(at, {one, 2.5, 4096, 0, 1});
            }); },
      [&] {
        return calls_per_second(kCalls, [&](std::size_t) {
          five[0]->Increment(one);
          five[1]->Increment(2.5);
          five[2]->Increment(4096);
          five[3]->Increment(0);
          five[4]->Increment(1);
        });
      });
}

void many_keys(bench::Report& report, Instant at) {
  constexpr std::size_t kKeys = 10'000;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < kKeys; ++i) keys.push_back("event::number_" + std::to_string(i));
  std::mt19937 random(1);
  std::vector<std::uint32_t> picks(std::size_t{1} << 16);
  for (auto& pick : picks) pick = std::uniform_int_distribution<std::uint32_t>(0, kKeys - 1)(random);
  const auto key = [&](std::size_t i) -> const std::string& { return keys[picks[i % picks.size()]]; };

  Counters counters;
  auto stats = quiet();
  report.compare(
      "track 1 path, 10000 keys / prometheus-cpp Add+Increment", 4,
      [&] { return calls_per_second(kCalls, [&](std::size_t i) {
              stats.track(key(i), at, {{"count", 1}});
            }); },
      [&] { return calls_per_second(kCalls, [&](std::size_t i) { counters.at(key(i), "count").Increment(); }); });
}

void two_threads(bench::Report& report, Instant at) {
  auto stats = quiet();
  const volatile int one = 1;
  const auto rate = [&](std::size_t threads) {
    std::vector<double> rates(threads);
    std::vector<std::jthread> running;
    for (std::size_t t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        for (int i = 0; i < 1000; ++i) track_five(stats, at, one);
        rates[t] = calls_per_second(5 * kCalls, [&](std::size_t) { track_five(stats, at, one); });
      });
    }
    running.clear();
    double sum = 0;
    for (const double each : rates) sum += each;
    return sum / static_cast<double>(threads);
  };
  report.compare(
      "track 5 paths, 1 key, 2 threads / 1 thread", 1 / 1.15, [&] { return rate(2); }, [&] { return rate(1); });
}

}  // namespace

void track_bench(bench::Report& report) {
  const auto at = Instant::now();
  if (report.wants("track 5 paths / prometheus-cpp") || report.wants("track 23 paths / prometheus-cpp"))
    one_key(report, at);
  if (report.wants("track 1 path / prometheus-cpp") || report.wants("recorder 5 paths / prometheus-cpp"))
    kept(report, at);
  if (report.wants("track 1 path, 10000 keys / prometheus-cpp")) many_keys(report, at);
  if (report.wants("track 5 paths, 1 key, 2 threads / 1 thread")) two_threads(report, at);
}
