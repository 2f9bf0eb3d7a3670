// Every answer of Series against the slow and obvious SlowSeries, over generated series.
#include <trifle/stats/series.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "all_rounds.hpp"
#include "made_series.hpp"
#include "seed.hpp"
#include "slow_series.hpp"
#include "values/number_text.hpp"

namespace {

using namespace trifle::stats;
using Name = SlowSeries::Name;

const std::vector<Name>& names() {
  static const std::vector<Name> names = {
      {"n"},         {"n", "us"},   {"country", "us"}, {"country", "de"}, {"country", "de", "x"},
      {"a.b", "c"},  {"*"},         {"x", "y", "z"},   {"x", "q", "z"},   {"x", "y"},
      {"n-1", "us"}, {"country-x"}, {"", "us"},        {"c\\d"},          {"$%\"", "z"},
  };
  return names;
}

const std::vector<std::string>& patterns() {
  static const std::vector<std::string> patterns = {
      "n",     "*",   "country", "country.*", "*.us", "*.*",         "x.*.z", "*.*.z",  "x",         "x.y",
      "a\\.b", "\\*", "missing", "",          ".us",  "country.*.x", "*.*.*", "c\\\\d", "n.us.none",
  };
  return patterns;
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  /// A number of the kind that a path has: whole, huge, with fractions, or all of them.
  Number number(std::size_t kind) {
    const auto small = static_cast<std::int64_t>(below(2001)) - 1000;
    if (kind == 3) kind = below(3);
    if (kind == 1) return static_cast<std::int64_t>(random_() >> below(40)) / 2 * (below(2) == 0 ? 1 : -1);
    if (kind == 2) {
      const double real =
          static_cast<double>(static_cast<std::int64_t>(random_() >> 24) - (std::int64_t{1} << 39)) / 64;
      if (const auto integer = Number(real).to_int64()) return *integer;
      return real;
    }
    return small;
  }

  std::vector<SlowSeries::Row> rows(std::size_t count) {
    std::vector<SlowSeries::Row> rows(count);
    for (const Name& name : names()) {
      if (below(3) == 0) continue;
      const std::size_t kind = below(5);
      const std::size_t density = one_of(std::vector<std::size_t>{1, 2, 10, 50, 90, 100});
      for (auto& row : rows)
        if (below(100) < density) row.emplace(name, number(kind));
    }
    return rows;
  }

 private:
  std::mt19937_64 random_;
};

std::string stored_row(const SlowSeries::Row& row) {
  std::string text = "{";
  for (const auto& [name, number] : row) {
    if (text.size() > 1) text += ',';
    text += '"' + SlowSeries::stored(name) + "\":";
    detail::append_number(text, number);
  }
  return text + "}";
}

constexpr Aggregator kAll[] = {Aggregator::Sum, Aggregator::Mean, Aggregator::Min, Aggregator::Max, Aggregator::Count};

std::string shown(const std::optional<Number>& number) { return number ? number->to_string() : "absent"; }

class SeriesProperty : public testing::Test {
 protected:
  void compare_column(const Series& series, const SlowSeries::Values& expected, const std::string& path,
                      const char* what) {
    ASSERT_EQ(series.size(), expected.size());
    for (std::size_t row = 0; row < series.size(); ++row)
      ASSERT_EQ(series.value(row, path), expected[row])
          << what << " of \"" << path << "\" in row " << row << ": " << shown(series.value(row, path)) << ", not "
          << shown(expected[row]);
  }

  void compare_aggregates(const Series& series, const SlowSeries& slow, const std::string& path, std::size_t slices) {
    for (const Aggregator by : kAll) {
      const auto expected = slow.aggregate(path, by, slow.all());
      ASSERT_EQ(series.aggregate(path, by), expected)
          << static_cast<int>(by) << " of \"" << path << "\": " << shown(series.aggregate(path, by)) << ", not "
          << shown(expected);
      std::vector<std::optional<Number>> each;
      for (const auto& span : slow.slices(slices)) each.push_back(slow.aggregate(path, by, span));
      ASSERT_EQ(series.aggregate(path, by, {.slices = slices}), each) << static_cast<int>(by) << " of " << path;
      const bool zero = by == Aggregator::Sum || by == Aggregator::Mean;
      for (auto& one : each)
        if (!one && zero) one = 0;
      ASSERT_EQ(series.aggregate(path, by, {.slices = slices, .empty = Empty::Zero}), each);
    }
    ASSERT_EQ(Number(series.count(path)), slow.aggregate(path, Aggregator::Count, slow.all()));
  }

  void compare_formatters(const Series& series, const SlowSeries& slow, const std::string& pattern,
                          std::size_t slices) {
    ASSERT_EQ(series.expand(pattern), slow.expand(pattern)) << pattern;
    for (const Missing missing : {Missing::Absent, Missing::Zero, Missing::Previous}) {
      const Timeline timeline = series.timeline(pattern, {.missing = missing});
      const SlicedTimeline sliced = series.timeline(pattern, {.slices = slices}, {.missing = missing});
      std::vector<std::string> paths;
      for (const auto& [path, points] : timeline) {
        paths.push_back(path);
        SlowSeries::Values values;
        for (std::size_t row = 0; row < points.size(); ++row) {
          values.push_back(points[row].value);
          ASSERT_EQ(points[row].at, series.at(row));
        }
        const auto expected = slow.timeline(path, missing);
        ASSERT_EQ(values, expected) << path;
        const auto spans = slow.slices(slices);
        ASSERT_EQ(sliced.at(path).size(), spans.size());
        for (std::size_t i = 0; i < spans.size(); ++i) {
          const auto from = points.begin();
          ASSERT_EQ(sliced.at(path)[i], TimelinePoints(from + static_cast<std::ptrdiff_t>(spans[i].first),
                                                       from + static_cast<std::ptrdiff_t>(spans[i].second)));
        }
      }
      ASSERT_EQ(paths, slow.expand(pattern)) << pattern;
    }
    for (const Empty empty : {Empty::Absent, Empty::Zero}) {
      ASSERT_EQ(series.category(pattern, {.empty = empty}), slow.category(pattern, empty, slow.all())) << pattern;
      std::vector<Category> each;
      for (const auto& span : slow.slices(slices)) each.push_back(slow.category(pattern, empty, span));
      ASSERT_EQ(series.category(pattern, {.slices = slices}, {.empty = empty}), each) << pattern;
    }
    // With a callback that gives every number back under its own name.
    const auto same = [](std::string_view path, Number number) { return std::pair(std::string(path), number); };
    ASSERT_EQ(series.category(pattern, {.transform = same}), slow.category(pattern, Empty::Absent, slow.all()));
  }

  void compare_derived(const Series& series, const SlowSeries& slow, const std::string& path, std::size_t window,
                       Aggregator by) {
    compare_column(series.delta(), slow.delta(path), path, "delta");
    compare_column(series.cumulative(), slow.cumulative(path), path, "cumulative");
    compare_column(series.rolling(window, by), slow.rolling(path, window, by), path, "rolling");
    compare_column(series.rate(std::chrono::minutes(1)), slow.rate(path, 60), path, "rate");
  }

  void compare_rebucket(const Series& series, const SlowSeries& slow, const std::string& path,
                        const std::string& coarse) {
    const Series buckets = series.rebucket(coarse);
    const auto expected = slow.rebucket(path, Granularity(coarse));
    std::map<Instant, Number> found;
    for (const auto& [at, row] : buckets)
      if (row[path]) found.emplace(at, *row[path]);
    ASSERT_EQ(found, expected) << coarse << " of " << path;
    ASSERT_EQ(buckets.at(0), series.bucketing().floor(series.at(0), Granularity(coarse)));
  }
};

TEST_F(SeriesProperty, AnswersAsTheSlowAndObviousOne) {
  const auto seed = test::seed_or(std::random_device{}());
  const int rounds = test::all_rounds() ? 10'000 : 200;
  std::cout << "TRIFLE_TEST_SEED=" << seed << ", " << rounds << " series\n";

  struct Kind {
    std::string granularity;
    std::vector<std::string> coarser;
  };
  const std::vector<Kind> kinds = {
      {"1h", {"1d", "1mo", "1h"}}, {"15m", {"1h", "1d"}}, {"1d", {"1w", "1mo", "1q", "1y"}},
      {"6h", {"1d", "1y"}},        {"1mo", {"1q", "1y"}}, {"1w", {"1y"}}};
  const std::vector<std::string> zones = {"GMT",          "Europe/Bratislava", "America/Havana", "America/Sao_Paulo",
                                          "Pacific/Apia", "Asia/Kolkata"};
  Generator generator(seed);
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const Kind& kind = generator.one_of(kinds);
    const Bucketing bucketing(generator.one_of(zones),
                              generator.below(2) == 0 ? std::chrono::Monday : std::chrono::Sunday);
    const Granularity granularity(kind.granularity);
    // Around changes of the clock, month ends, a leap day and New Year, or anywhere.
    static const std::vector<std::string> starts = {
        "2026-03-28T20:00:00Z", "2026-10-24T21:00:00Z", "2026-11-01T02:00:00Z", "2018-11-03T12:00:00Z",
        "2011-12-28T00:00:00Z", "2024-02-27T00:00:00Z", "2026-12-20T00:00:00Z"};
    Instant from = Instant::parse(generator.one_of(starts));
    if (generator.below(3) == 0) from = from + std::chrono::minutes(generator.below(500'000));
    const std::size_t count = generator.below(8) == 0 ? 1 + generator.below(400) : 1 + generator.below(40);
    std::vector<Instant> points;
    for (int days = 1; points.size() < count; days *= 2)
      points = bucketing.timeline(from, from + std::chrono::hours(24) * days, granularity);
    points.resize(count);

    const auto rows = generator.rows(count);
    FakeRowDriver::Rows stored;
    for (std::size_t row = 0; row < count; ++row)
      stored.emplace_back(points[row].unix_seconds(), stored_row(rows[row]));
    FakeRowDriver driver(std::move(stored));
    const Series series =
        detail::read_series(driver, "k", granularity, points.front(), points.back(), bucketing, 1000, false);
    const SlowSeries slow(bucketing, granularity, points, rows);

    const std::size_t slices = 1 + generator.below(std::min<std::size_t>(count, 5));
    ASSERT_EQ(series.available_paths(), slow.paths());
    for (int i = 0; i < 3; ++i) {
      compare_aggregates(series, slow, SlowSeries::spelled(generator.one_of(names())), slices);
      if (HasFatalFailure()) FAIL() << "TRIFLE_TEST_SEED=" << seed;
    }
    compare_aggregates(series, slow, "missing", slices);
    for (int i = 0; i < 2; ++i) compare_formatters(series, slow, generator.one_of(patterns()), slices);
    if (slow.paths().empty()) continue;
    const std::string path = generator.one_of(slow.paths());
    compare_derived(series, slow, path, 1 + generator.below(count + 1), kAll[generator.below(std::size(kAll))]);
    compare_rebucket(series, slow, path, generator.one_of(kind.coarser));
    if (HasFatalFailure()) FAIL() << "TRIFLE_TEST_SEED=" << seed;
  }
}

}  // namespace
