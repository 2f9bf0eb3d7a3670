#include <cstdint>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include <sqlite3.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "harness.hpp"
#include "temp_folder.hpp"

// Reading a series from SQLite: `Stats::values` against the bare fetch of the same rows by the same range.

namespace {

using namespace trifle::stats;

constexpr std::int64_t kStart = 1'767'225'600;  // 2026-01-01T00:00:00Z

struct Closer {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Db = std::unique_ptr<sqlite3, Closer>;
using Statement = std::unique_ptr<sqlite3_stmt, Closer>;

void check(sqlite3* db, int code) {
  if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db));
}

// A file with `rows` minutes of 5 paths, one in five a fraction.
class File {
 public:
  File(Identity identity, std::size_t rows) : rows_(rows) {
    stats_ = std::make_unique<trifle::Stats>(drivers::sqlite(path(), {.identity = identity}),
                                             Options{.granularities = {"1m"}, .system_tracking = false});
    stats_->setup();
    fill();

    sqlite3* db = nullptr;
    // Without SQLite's own locks, as the library opens it.
    const int code = sqlite3_open_v2(path().c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    db_.reset(db);
    check(db, code);
    const bool full = identity == Identity::Full;
    const std::string sql =
        full ? "SELECT key, data FROM trifle_stats WHERE key >= ?1 AND key <= ?2"
             : "SELECT at, data FROM trifle_stats WHERE key = ?1 AND at >= ?2 AND at <= ?3 AND granularity = ?4";
    sqlite3_stmt* statement = nullptr;
    check(db, sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr));
    fetch_.reset(statement);
    if (full) {
      bind(1, "web.requests::1m::" + std::to_string(kStart));
      bind(2, "web.requests::1m::" + std::to_string(last()));
    } else {
      bind(1, "web.requests");
      bind(2, Instant::from_unix(kStart).to_string());
      bind(3, Instant::from_unix(last()).to_string());
      bind(4, "1m");
    }
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  // Rows per second of the whole read: fetched, decoded, in columns.
  double values() {
    const double seconds = bench::seconds_of([this] {
      const Series series =
          stats_->values("web.requests", Instant::from_unix(kStart), Instant::from_unix(last()), "1m");
      if (series.value(rows_ - 1, "count") != Number(rows_ - 1)) throw std::runtime_error("read something else");
    });
    return static_cast<double>(rows_) / seconds;
  }

  // Rows per second of the same fetch, without decoding.
  double fetch() {
    std::size_t fetched = 0;
    const double seconds = bench::seconds_of([this, &fetched] {
      std::size_t bytes = 0;
      while (sqlite3_step(fetch_.get()) == SQLITE_ROW) {
        ++fetched;
        for (const int column : {0, 1}) {
          bench::keep(sqlite3_column_text(fetch_.get(), column));
          bytes += static_cast<std::size_t>(sqlite3_column_bytes(fetch_.get(), column));
        }
      }
      sqlite3_reset(fetch_.get());
      bench::keep(bytes);
    });
    if (fetched != rows_) throw std::runtime_error("fetched something else");
    return static_cast<double>(rows_) / seconds;
  }

 private:
  std::string path() const { return folder_.file("stats.db"); }
  std::int64_t last() const { return kStart + 60 * static_cast<std::int64_t>(rows_ - 1); }

  void fill() {
    auto batch = stats_->batch();
    for (std::size_t row = 0; row < rows_; ++row) {
      const auto n = static_cast<std::int64_t>(row);
      batch.track("web.requests", Instant::from_unix(kStart + 60 * n),
                  {{"count", n},
                   {"bytes", n * 977 % 1'000'000},
                   {"duration", static_cast<double>(n * 7919 % 100'000) / 64},
                   {"status", {{"200", n % 1000}, {"404", n % 7}}}});
      if (batch.operations() == 5000) batch.commit();
    }
    batch.commit();
  }

  void bind(int index, const std::string& text) {
    check(db_.get(), sqlite3_bind_text(fetch_.get(), index, text.c_str(), -1, SQLITE_TRANSIENT));
  }

  std::size_t rows_;
  bench::TempFolder folder_;  // goes last
  std::unique_ptr<trifle::Stats> stats_;
  Db db_;
  Statement fetch_;
};

void compare(bench::Report& report, const std::string& name, Identity identity, std::size_t rows) {
  if (!report.wants(name)) return;
  File file(identity, rows);
  report.compare(
      name, 0.72, [&file] { return file.values(); }, [&file] { return file.fetch(); }, 15);
}

}  // namespace

void read_bench(bench::Report& report) {
  compare(report, "sqlite read and decode, 5 paths x 50000 rows", Identity::Separated, 50'000);
  compare(report, "sqlite read and decode, full identity", Identity::Full, 50'000);
  compare(report, "sqlite read and decode, a year of minutes", Identity::Separated, 525'600);
}
