// Writing through the SQLite driver against plainly overwriting the same rows with as many different bytes: the cost of
// reading, merging and writing back over that of writing alone.

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <trifle/stats/drivers/sqlite.hpp>

#include "batches.hpp"
#include "driver/row_driver.hpp"
#include "harness.hpp"
#include "temp_folder.hpp"

namespace {

namespace detail = trifle::stats::detail;
using bench::kFirstBucket;
using bench::rows_of;
using bench::text_of;
using trifle::stats::Number;

constexpr std::size_t kRowsOfARound = 60'000;

class Ours {
 public:
  explicit Ours(const std::string& path, bool ledger = false)
      : driver_(trifle::stats::drivers::sqlite(path, {.ledger = ledger}).release()) {
    driver_->setup(trifle::stats::Setup::Create);
  }
  detail::RowDriver& driver() { return *driver_; }

 private:
  std::unique_ptr<detail::RowDriver> driver_;
};

/// What a program would do that only stores texts: the same pragmas, prepared statements, one transaction per batch.
class Plain {
 public:
  explicit Plain(const std::string& path) {
    if (sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr))
      throw std::runtime_error("no database");
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "CREATE TABLE t (key TEXT PRIMARY KEY, data TEXT NOT NULL DEFAULT '{}')");
    begin_ = prepared("BEGIN IMMEDIATE");
    commit_ = prepared("COMMIT");
    update_ = prepared("UPDATE t SET data = ?2 WHERE key = ?1");
    insert_ = prepared("INSERT INTO t (key, data) VALUES (?1, ?2)");
  }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;
  ~Plain() {
    for (auto* statement : {begin_, commit_, update_, insert_}) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }

  void insert(const detail::Rows& rows, const std::string& text) { write(insert_, rows, text); }
  void update(const detail::Rows& rows, const std::string& text) { write(update_, rows, text); }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)) throw std::runtime_error(sqlite3_errmsg(db_));
  }
  sqlite3_stmt* prepared(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr))
      throw std::runtime_error(sqlite3_errmsg(db_));
    return statement;
  }
  void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
    sqlite3_reset(statement);
  }
  void write(sqlite3_stmt* statement, const detail::Rows& rows, const std::string& text) {
    step(begin_);
    for (const auto& row : rows.rows()) {
      sqlite3_bind_text(statement, 1, row.stored_key.data(), static_cast<int>(row.stored_key.size()), SQLITE_STATIC);
      sqlite3_bind_text(statement, 2, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
      step(statement);
    }
    step(commit_);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* update_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

void update_bench(bench::Report& report, const std::string& name, double goal, std::size_t paths,
                  std::size_t rows_in_batch) {
  if (!report.wants(name)) return;
  const bench::TempFolder folder;
  Ours ours(folder.file("ours.db"));
  Plain plain(folder.file("plain.db"));
  const auto& layout = ours.driver().layout();

  // 1000 rows are there; batches go round them.
  constexpr std::size_t kTable = 1'000;
  const auto first = rows_of(layout, paths, 0, kTable, true);
  ours.driver().write(first);
  plain.insert(first, text_of(paths, 0));
  std::vector<detail::Rows> batches;
  for (std::size_t from = 0; from + rows_in_batch <= kTable; from += rows_in_batch)
    batches.push_back(rows_of(layout, paths, from, rows_in_batch, false));

  const std::size_t writes = kRowsOfARound / rows_in_batch;
  std::int64_t step = 0;
  const auto rate = [&](const auto& write) {
    const auto seconds = bench::seconds_of([&] {
      for (std::size_t i = 0; i < writes; ++i) write(batches[i % batches.size()]);
    });
    return static_cast<double>(writes * rows_in_batch) / seconds;
  };
  report.compare(
      name, goal, [&] { return rate([&](const detail::Rows& rows) { ours.driver().write(rows); }); },
      [&] { return rate([&](const detail::Rows& rows) { plain.update(rows, text_of(paths, ++step)); }); });
}

void insert_bench(bench::Report& report, const std::string& name, double goal, std::size_t paths,
                  std::size_t rows_in_batch) {
  if (!report.wants(name)) return;
  const bench::TempFolder folder;
  Ours ours(folder.file("ours.db"));
  Plain plain(folder.file("plain.db"));
  const auto& layout = ours.driver().layout();
  const auto text = text_of(paths, 0);

  const std::size_t writes = kRowsOfARound / rows_in_batch;
  const auto rate = [&](std::size_t& from, const auto& write) {
    std::vector<detail::Rows> batches;
    for (std::size_t i = 0; i < writes; ++i, from += rows_in_batch)
      batches.push_back(rows_of(layout, paths, from, rows_in_batch, true));
    const auto seconds = bench::seconds_of([&] {
      for (const auto& batch : batches) write(batch);
    });
    return static_cast<double>(writes * rows_in_batch) / seconds;
  };
  std::size_t ours_from = 0;
  std::size_t plain_from = 0;
  report.compare(
      name, goal, [&] { return rate(ours_from, [&](const detail::Rows& rows) { ours.driver().write(rows); }); },
      [&] { return rate(plain_from, [&](const detail::Rows& rows) { plain.insert(rows, text); }); });
}

/// What it costs to note each batch: one event's rows in each batch.
void ledger_bench(bench::Report& report) {
  const std::string name = "sqlite update, 5 paths x 14 rows, with a ledger / without";
  if (!report.wants(name)) return;
  const bench::TempFolder folder;
  Ours with(folder.file("with.db"), true);
  Ours without(folder.file("without.db"));
  const auto rate = [](Ours& ours) {
    // An id is a batch's own: each is made anew, as the buffer does.
    std::vector<detail::Rows> batches;
    for (std::size_t i = 0; i < 1'000; ++i)
      batches.push_back(rows_of(ours.driver().layout(), 5, i % 70 * 14, 14, false));
    return 1 / bench::seconds_of([&] {
             for (const auto& batch : batches) ours.driver().write(batch);
           });
  };
  report.compare(
      name, 0.65, [&] { return rate(with); }, [&] { return rate(without); });
}

}  // namespace

void sqlite_write_bench(bench::Report& report) {
  update_bench(report, "sqlite update, 5 paths x 14 rows / overwrite", 0.88, 5, 14);
  update_bench(report, "sqlite update, 5 paths x 1000 rows / overwrite", 0.82, 5, 1'000);
  update_bench(report, "sqlite update, 23 paths x 1000 rows / overwrite", 0.85, 23, 1'000);
  insert_bench(report, "sqlite insert, 5 paths x 1000 rows / insert", 0.85, 5, 1'000);
  ledger_bench(report);
}
