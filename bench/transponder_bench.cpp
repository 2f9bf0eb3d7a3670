#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <time.h>

#include <trifle/stats/series.hpp>
#include <trifle/stats/transponder.hpp>

#include "harness.hpp"
#include "series/columns_builder.hpp"

// An expression over the columns of a series against the same as a loop by hand over vectors, which keeps the same
// rules: an absent operand and a division by 0 give no result.

namespace {

using namespace trifle::stats;

constexpr std::size_t kRows = 525'600;
constexpr std::size_t kRounds = 25;

/// The operands for the loop: doubles, NaN where absent.
using Vectors = std::vector<std::vector<double>>;

// Of the processor, not of the clock: a pass takes a millisecond or two, less than a busy machine takes it away for.
template <class Work>
double cpu_seconds_of(Work&& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  work();
  return now() - start;
}

double value(std::size_t path, std::size_t row, bool fractions) {
  const auto whole = static_cast<double>((row * 7919 + path * 104'729) % 100'000);
  return fractions ? whole / 64 : whole;
}

Vectors operands(bool fractions, std::size_t hole_every) {
  Vectors vectors(3, std::vector<double>(kRows));
  for (std::size_t path = 0; path < vectors.size(); ++path)
    for (std::size_t row = 0; row < kRows; ++row)
      vectors[path][row] =
          hole_every != 0 && (row + path) % hole_every == 0 ? std::nan("") : value(path, row, fractions);
  for (std::size_t row = 0; row < kRows; row += 1000) vectors[2][row] = 0;
  return vectors;
}

Series series_of(const Vectors& vectors) {
  std::vector<std::int64_t> buckets(kRows);
  for (std::size_t row = 0; row < kRows; ++row) buckets[row] = 60 * static_cast<std::int64_t>(row);
  detail::ColumnsBuilder builder(std::move(buckets));
  for (std::size_t path = 0; path < vectors.size(); ++path)
    for (std::size_t row = 0; row < kRows; ++row)
      if (!std::isnan(vectors[path][row])) builder.add(row, path, vectors[path][row]);
  static constexpr std::string_view kNames[] = {"a", "b", "c"};
  return Series(std::make_shared<const detail::Columns>(
      builder.finish(Bucketing(), Granularity("1m"), false, [](std::size_t column) { return kNames[column]; })));
}

struct Results {
  std::vector<double> numbers;
  std::vector<std::uint8_t> present;
};

Results by_hand(const Vectors& vectors) {
  const double* const a = vectors[0].data();
  const double* const b = vectors[1].data();
  const double* const c = vectors[2].data();
  Results results{std::vector<double>(kRows), std::vector<std::uint8_t>(kRows)};
  for (std::size_t row = 0; row < kRows; ++row) {
    const double result = (a[row] - b[row]) / c[row] * 100;
    const bool present = std::isfinite(result);
    results.numbers[row] = present ? result : 0;
    results.present[row] = present ? 1 : 0;
  }
  return results;
}

void check(const Series& series, const Results& results) {
  for (std::size_t row = 0; row < kRows; row += 500) {
    const auto number = series.value(row, "r");
    if (number.has_value() != (results.present[row] != 0) || number.value_or(0) != Number(results.numbers[row]))
      throw std::runtime_error("the expression gave something else than the loop");
  }
}

void compare(bench::Report& report, const std::string& name, bool fractions, std::size_t hole_every) {
  if (!report.wants(name)) return;
  const Vectors vectors = operands(fractions, hole_every);
  const Series series = series_of(vectors);
  const Transponder transponder({"a", "b", "c"}, "(a - b) / c * 100", "r");
  check(transponder(series), by_hand(vectors));

  const auto ours = [&] { return cpu_seconds_of([&] { bench::keep(transponder(series).size()); }); };
  const auto theirs = [&] { return cpu_seconds_of([&] { bench::keep(by_hand(vectors).numbers.data()); }); };
  std::vector<double> quotients;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const bool first = round % 2 == 0;
    const double before = first ? ours() : theirs();
    const double after = first ? theirs() : ours();
    quotients.push_back(first ? before / after : after / before);
  }
  report.add({.name = name, .value = bench::median(std::move(quotients)), .goal = 3, .better = bench::Better::Lower});
}

}  // namespace

void transponder_bench(bench::Report& report) {
  compare(report, "expression / loop by hand, time, fractions", true, 0);
  compare(report, "expression / loop by hand, time, integers", false, 0);
  compare(report, "expression / loop by hand, time, every 7th absent", true, 7);
}
