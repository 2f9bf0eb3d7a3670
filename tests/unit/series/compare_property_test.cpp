// Comparisons of generated series, by the calendar, against the slow and obvious SlowComparison.
#include <trifle/stats/comparison.hpp>

#include <iostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "all_rounds.hpp"
#include "made_series.hpp"
#include "seed.hpp"
#include "slow_comparison.hpp"
#include "values/number_text.hpp"

namespace {

using namespace trifle::stats;
using Unit = Granularity::Unit;

constexpr std::int64_t kExact = std::int64_t{1} << 53;

std::string shown(const std::optional<Number>& number) { return number ? number->to_string() : "absent"; }

class CompareProperty : public testing::Test {
 protected:
  struct Generated {
    Series series;
    std::vector<Instant> at;
    SlowSeries slow;
    Instant first;
    SlowComparison::Side side() const { return {slow, at, first}; }
  };

  std::size_t below(std::size_t limit) { return random() % limit; }
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }
  std::int64_t around(std::int64_t middle, std::int64_t off) {
    return middle + static_cast<std::int64_t>(below(static_cast<std::size_t>(2 * off + 1))) - off;
  }

  /// Often 0, negative, with a fraction, or an integer that a double can hardly tell from the next.
  Number number() {
    switch (below(6)) {
      case 0:
        return 0;
      case 1:
        return around(0, 5);
      case 2:
        return around(0, 100'000);
      case 3:
        return static_cast<double>(2 * around(0, 2'000) + 1) / 64;
      case 4:
        return (below(2) == 0 ? 1 : -1) * around(kExact, 3);
      default:
        return (below(2) == 0 ? 1 : -1) * static_cast<std::int64_t>(random() >> (1 + below(20)));
    }
  }

  std::vector<Instant> points(Instant from, std::size_t count) const {
    std::vector<Instant> all;
    for (int days = 1; all.size() < count; days *= 2)
      all = bucketing.timeline(from, from + std::chrono::hours(24) * days, granularity);
    all.resize(count);
    return all;
  }

  Generated make(Instant from, std::size_t count, bool skip_blanks) {
    auto at = points(from, count);
    std::vector<SlowSeries::Row> rows(count);
    for (const auto& name : names) {
      const auto density = one_of(std::vector<std::size_t>{0, 20, 60, 100});
      for (auto& row : rows)
        if (below(100) < density) row.emplace(name, number());
    }
    FakeRowDriver::Rows stored;
    for (std::size_t row = 0; row < count; ++row) {
      std::string text;
      for (const auto& [name, value] : rows[row]) {
        text += (text.empty() ? "\"" : ",\"") + SlowSeries::stored(name) + "\":";
        detail::append_number(text, value);
      }
      stored.emplace_back(at[row].unix_seconds(), "{" + text + "}");
    }
    const auto first = at.front();
    FakeRowDriver driver(std::move(stored));
    const auto now = below(2) == 0 ? std::optional(at.back()) : std::nullopt;
    Series series = detail::read_series(driver, "k", granularity, from, at.back(), bucketing, 1000, skip_blanks, now);
    for (std::size_t row = count; row-- > 0 && skip_blanks;) {
      if (!rows[row].empty()) continue;
      at.erase(at.begin() + static_cast<std::ptrdiff_t>(row));
      rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(row));
    }
    return {std::move(series), at, SlowSeries(bucketing, granularity, at, std::move(rows)), first};
  }

  void expect_column(const Series& series, const SlowComparison::Values& expected, const std::string& path,
                     const char* what) {
    ASSERT_EQ(series.size(), expected.size());
    for (std::size_t row = 0; row < series.size(); ++row) {
      ASSERT_EQ(series.value(row, path), expected[row])
          << what << " of " << path << " in row " << row << ", " << bucketing.format(series.at(row)) << ": "
          << shown(series.value(row, path)) << ", not " << shown(expected[row]);
      compared += expected[row].has_value();
    }
  }

  const std::vector<SlowSeries::Name> names = {{"n"}, {"a", "b"}, {"z"}};
  std::mt19937_64 random;
  Bucketing bucketing;
  Granularity granularity{"1h"};
  std::size_t compared = 0;  ///< numbers that were there
};

TEST_F(CompareProperty, AnswersAsTheSlowAndObviousOne) {
  const auto seed = test::seed_or(std::random_device{}());
  const int rounds = test::all_rounds() ? 10'000 : 200;
  std::cout << "TRIFLE_TEST_SEED=" << seed << ", " << rounds << " comparisons\n";
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  random.seed(seed);

  const std::vector<std::string> granularities = {"30s", "15m", "1h", "6h",  "5h", "1d",
                                                  "3d",  "1w",  "2w", "1mo", "1q", "1y"};
  const std::vector<std::string> zones = {
      "GMT",          "Europe/Bratislava", "America/Havana",     "America/Sao_Paulo",
      "Pacific/Apia", "Asia/Kolkata",      "Australia/Lord_Howe"};
  // Around changes of the clock, month ends, a leap day and New Year.
  const std::vector<std::string> starts = {"2026-03-28T20:00:00Z", "2026-10-24T21:00:00Z", "2026-11-01T02:00:00Z",
                                           "2018-11-03T12:00:00Z", "2011-12-28T00:00:00Z", "2024-02-27T00:00:00Z",
                                           "2026-04-04T12:00:00Z", "2026-12-31T00:00:00Z", "2026-01-01T00:00:00Z"};
  for (int round = 0; round < rounds; ++round) {
    granularity = Granularity(one_of(granularities));
    bucketing = Bucketing(one_of(zones), below(2) == 0 ? std::chrono::Monday : std::chrono::Sunday);
    SCOPED_TRACE("round " + std::to_string(round) + ", " + granularity.to_string() + ", " + bucketing.time_zone());
    Instant from = Instant::parse(one_of(starts));
    if (below(3) == 0) from = from + std::chrono::minutes(below(500'000));
    const CompareShift back{static_cast<int>(below(3)), static_cast<Unit>(below(8))};
    Instant earlier = bucketing.add(from, -back.count, back.unit);
    if (below(3) == 0) earlier = bucketing.add(earlier, static_cast<int>(below(5)) - 2, granularity.unit());

    const auto count = [&] { return below(8) == 0 ? 1 + below(200) : 1 + below(40); };
    const Generated now = make(from, count(), below(5) == 0);
    const Generated before = make(earlier, count(), below(5) == 0);
    if (now.series.empty() || before.series.empty()) continue;  // nothing has no counterparts
    std::optional<CompareShift> stated;
    if (below(2) == 0) stated = back;
    const Comparison comparison = now.series.compare(before.series, {.shift = stated});
    const SlowComparison slow(bucketing, granularity, now.side(), before.side(), stated);
    SCOPED_TRACE("from " + bucketing.format(now.first) + " and " + bucketing.format(before.first) + ", back by " +
                 std::to_string(slow.shift().count) + " of unit " +
                 std::to_string(static_cast<int>(slow.shift().unit)));

    for (const auto& name : names) {
      const auto path = SlowSeries::spelled(name);
      expect_column(comparison.current, now.slow.values(path), path, "current");
      expect_column(comparison.previous, slow.previous(path), path, "previous");
      expect_column(comparison.difference, slow.difference(path), path, "difference");
      expect_column(comparison.ratio, slow.ratio(path), path, "ratio");
      if (HasFatalFailure()) return;
    }
    for (std::size_t row = 0; row < now.series.size(); ++row) {
      const auto other = slow.rows()[row];
      const bool previous = other && before.series.partial(*other);
      ASSERT_EQ(comparison.previous.partial(row), previous) << row;
      ASSERT_EQ(comparison.difference.partial(row), previous || now.series.partial(row)) << row;
      ASSERT_EQ(comparison.ratio.partial(row), previous || now.series.partial(row)) << row;
    }
  }
  EXPECT_GT(compared, static_cast<std::size_t>(rounds)) << "most series must meet";
}

}  // namespace
