#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <malloc.h>
#include <sqlite3.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "../tests/unit/series/slow_series.hpp"
#include "harness.hpp"
#include "series/columns.hpp"
#include "temp_folder.hpp"

// What a series answers, from the file on: against SQLite's own functions, against the standard library, against the
// slow and obvious implementation of the tests.

namespace {

using namespace trifle::stats;

constexpr std::int64_t kStart = 1'767'225'600;  // 2026-01-01T00:00:00Z
constexpr std::size_t kYear = 525'600;          // minutes
constexpr std::array kPaths = {"count", "bytes", "duration", "errors", "retries"};

struct Closer {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

/// A file with a year of minutes, five paths in each, one of them with fractions.
class Year {
 public:
  Year() {
    stats_ = std::make_unique<trifle::Stats>(drivers::sqlite(path(), {.identity = Identity::Separated}),
                                             Options{.granularities = {"1m"}, .system_tracking = false});
    stats_->setup();
    auto batch = stats_->batch();
    for (std::size_t row = 0; row < kYear; ++row) {
      const auto n = static_cast<std::int64_t>(row);
      batch.track("web.requests", at(row),
                  {{"count", n % 1000},
                   {"bytes", n * 977 % 1'000'000},
                   {"duration", static_cast<double>(n * 7919 % 100'000 * 2 + 1) / 64},
                   {"errors", n % 7},
                   {"retries", n % 13}});
      if (batch.operations() == 5000) batch.commit();
    }
    batch.commit();
    sqlite3* db = nullptr;
    // Without SQLite's own locks, as the library opens it.
    const int code = sqlite3_open_v2(path().c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    db_.reset(db);
    check(code);
  }
  Year(const Year&) = delete;
  Year& operator=(const Year&) = delete;
  static Instant at(std::size_t row) { return Instant::from_unix(kStart + 60 * static_cast<std::int64_t>(row)); }

  Series values(std::size_t rows = kYear) { return stats_->values("web.requests", at(0), at(rows - 1), "1m"); }

  /// The numbers of one row that SQLite computes from the same rows.
  std::vector<double> ask(const std::string& what) {
    const std::string sql = "SELECT " + what +
                            " FROM trifle_stats WHERE key = 'web.requests' AND granularity = '1m' AND at >= '" +
                            at(0).to_string() + "' AND at <= '" + at(kYear - 1).to_string() + "'";
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &made, nullptr));
    const std::unique_ptr<sqlite3_stmt, Closer> statement(made);
    if (sqlite3_step(made) != SQLITE_ROW) throw std::runtime_error(sqlite3_errmsg(db_.get()));
    std::vector<double> numbers;
    for (int column = 0; column < sqlite3_column_count(made); ++column)
      numbers.push_back(sqlite3_column_double(made, column));
    return numbers;
  }

 private:
  std::string path() const { return folder_.file("stats.db"); }
  void check(int code) const {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_.get()));
  }

  bench::TempFolder folder_;  // goes last
  std::unique_ptr<trifle::Stats> stats_;
  std::unique_ptr<sqlite3, Closer> db_;
};

std::string extract(const char* path) { return std::string("json_extract(data, '$.\"") + path + "\"')"; }

void expect_alike(const std::vector<double>& ours, const std::vector<double>& theirs) {
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (!(std::abs(ours[i] - theirs[i]) <= 1e-9 * std::abs(theirs[i]))) throw std::runtime_error("different answers");
}

void from_file(bench::Report& report, Year& year) {
  std::vector<double> ours;
  std::vector<double> theirs;
  const std::string path = extract("duration");
  const std::string four = "sum(" + path + "), avg(" + path + "), min(" + path + "), max(" + path + ")";
  report.compare(
      "series: sum, mean, min, max of a year of minutes / SQL", 2.0,
      [&] {
        return 1 / bench::seconds_of([&] {
                 const Series series = year.values();
                 ours = {series.sum("duration")->to_double(), series.mean("duration")->to_double(),
                         series.min("duration")->to_double(), series.max("duration")->to_double()};
               });
      },
      [&] { return 1 / bench::seconds_of([&] { theirs = year.ask(four); }); });
  if (!ours.empty()) expect_alike(ours, theirs);

  std::string five;
  for (const char* const name : kPaths) five += (five.empty() ? "sum(" : ", sum(") + extract(name) + ")";
  ours.clear();
  report.compare(
      "series: 5 sums of a year of minutes / SQL", 2.5,
      [&] {
        return 1 / bench::seconds_of([&] {
                 const Series series = year.values();
                 ours.clear();
                 for (const char* const name : kPaths) ours.push_back(series.sum(name)->to_double());
               });
      },
      [&] { return 1 / bench::seconds_of([&] { theirs = year.ask(five); }); });
  if (!ours.empty()) expect_alike(ours, theirs);
}

double median_seconds(std::size_t rounds, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (std::size_t round = 0; round < rounds; ++round) seconds.push_back(bench::seconds_of(work));
  return bench::median(std::move(seconds));
}

void in_memory(bench::Report& report, const Series& series) {
  std::vector<double> plain;
  for (std::size_t row = 0; row < series.size(); ++row) plain.push_back(series.value(row, "duration")->to_double());
  const auto accumulate = [&] { bench::keep(std::accumulate(plain.begin(), plain.end(), 0.0)); };
  const auto sum = [&] { bench::keep(series.sum("duration")->to_double()); };
  std::vector<double> quotients;
  for (int round = 0; round < 15; ++round) {
    const double theirs = median_seconds(9, accumulate);
    quotients.push_back(median_seconds(9, sum) / theirs);
  }
  report.add({.name = "series: sum of a column / std::accumulate, time",
              .value = bench::median(std::move(quotients)),
              .goal = 1.5,
              .better = bench::Better::Lower});
}

std::size_t heap() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

void memory(bench::Report& report, Year& year) {
  { const Series warm = year.values(1000); }
  const std::size_t before = heap();
  const Series series = year.values();
  const std::size_t held = std::max(heap() - before, series.columns().bytes());
  report.add({.name = "series: memory of a year of minutes / 8 bytes per number",
              .value = static_cast<double>(held) / (8.0 * kYear * kPaths.size()),
              .goal = 1.5,
              .better = bench::Better::Lower});
}

void against_slow(bench::Report& report, const Series& series) {
  const SlowSeries slow(series);
  constexpr Aggregator kFour[] = {Aggregator::Sum, Aggregator::Mean, Aggregator::Min, Aggregator::Max};
  std::vector<double> ours;
  std::vector<double> theirs;
  report.compare(
      "series: sum, mean, min, max of 10000 rows / slow and obvious", 20,
      [&] {
        return 1 / median_seconds(5, [&] {
                 ours.clear();
                 for (const Aggregator by : kFour) ours.push_back(series.aggregate("duration", by)->to_double());
               });
      },
      [&] {
        return 1 / bench::seconds_of([&] {
                 theirs.clear();
                 for (const Aggregator by : kFour)
                   theirs.push_back(slow.aggregate("duration", by, slow.all())->to_double());
               });
      });
  if (!ours.empty()) expect_alike(ours, theirs);
  Category totals;
  report.compare(
      "series: category of 10000 rows x 5 paths / slow and obvious", 20,
      [&] { return 1 / bench::seconds_of([&] { totals = series.category("*"); }); },
      [&] {
        return 1 / bench::seconds_of([&] { bench::keep(slow.category("*", Empty::Absent, slow.all()).size()); });
      });
  if (!totals.empty() && totals != slow.category("*", Empty::Absent, slow.all()))
    throw std::runtime_error("different answers");
}

}  // namespace

void series_bench(bench::Report& report) {
  if (!report.wants("series: sum, mean, min, max of a year of minutes / SQL") &&
      !report.wants("series: 5 sums of a year of minutes / SQL") &&
      !report.wants("series: sum of a column / std::accumulate, time") &&
      !report.wants("series: memory of a year of minutes / 8 bytes per number") &&
      !report.wants("series: sum, mean, min, max of 10000 rows / slow and obvious") &&
      !report.wants("series: category of 10000 rows x 5 paths / slow and obvious"))
    return;
  Year year;
  from_file(report, year);
  memory(report, year);
  in_memory(report, year.values());
  against_slow(report, year.values(10'000));
}
