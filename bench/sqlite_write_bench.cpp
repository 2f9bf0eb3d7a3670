// Writing through the SQLite driver against plainly overwriting the same rows with as many different bytes: the cost of
// reading, merging and writing back over that of writing alone.

#include <stdlib.h>

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <trifle/stats/drivers/sqlite.hpp>

#include "driver/row_driver.hpp"
#include "harness.hpp"

namespace {

namespace detail = trifle::stats::detail;
using trifle::stats::Number;

constexpr std::int64_t kFirst = 1'784'109'600;
constexpr std::size_t kRowsOfARound = 60'000;

class TempFolder {
 public:
  TempFolder() {
    auto name = (std::filesystem::temp_directory_path() / "trifle-bench-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// The values of one row after `step` increments: one path in five is a fraction.
std::string text_of(std::size_t paths, std::int64_t step) {
  std::string text = "{";
  for (std::size_t i = 0; i < paths; ++i) {
    if (i > 0) text += ',';
    text += "\"path." + std::to_string(i) + "\":";
    if (i % 5 == 4) {
      text += std::to_string(100'000 + step) + ".25";
    } else {
      text += std::to_string(1'000'000 + step);
    }
  }
  return text + '}';
}

/// `count` rows from the `from`-th bucket on; `first` makes them, otherwise each path grows by one.
detail::Rows rows_of(const detail::Layout& layout, std::size_t paths, std::size_t from, std::size_t count, bool first) {
  detail::RowsBuilder builder(layout);
  builder.reserve(count);
  std::vector<detail::Field> fields;
  for (std::size_t i = 0; i < paths; ++i) {
    Number number = 1;
    if (first) number = i % 5 == 4 ? Number(100'000.25) : Number(1'000'000);
    fields.push_back({builder.keep("path." + std::to_string(i)), number});
  }
  const auto key = builder.keep("event::signup");
  const auto granularity = builder.keep("1h");
  for (std::size_t i = 0; i < count; ++i)
    builder.add(key, granularity, kFirst + static_cast<std::int64_t>(from + i) * 3600, fields, {});
  return builder.finish(count);
}

class Ours {
 public:
  explicit Ours(const std::string& path) : driver_(trifle::stats::drivers::sqlite(path).release()) {
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
  const TempFolder folder;
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
  const TempFolder folder;
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

}  // namespace

void sqlite_write_bench(bench::Report& report) {
  update_bench(report, "sqlite update, 5 paths x 14 rows / overwrite", 0.88, 5, 14);
  update_bench(report, "sqlite update, 5 paths x 1000 rows / overwrite", 0.82, 5, 1'000);
  update_bench(report, "sqlite update, 23 paths x 1000 rows / overwrite", 0.85, 23, 1'000);
  insert_bench(report, "sqlite insert, 5 paths x 1000 rows / insert", 0.85, 5, 1'000);
}
