#include "peer_go_sqlite.hpp"

#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <trifle/stats/drivers/sqlite.hpp>

namespace peer_go {
namespace {

using nlohmann::json;
using namespace trifle::stats;

void check(sqlite3* db, int code, int expected = SQLITE_OK) {
  if (code != expected) throw std::runtime_error(sqlite3_errmsg(db));
}

std::unique_ptr<sqlite3, int (*)(sqlite3*)> open_file(const std::string& path) {
  sqlite3* db = nullptr;
  const int code = sqlite3_open(path.c_str(), &db);
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> owned(db, sqlite3_close);
  check(db, code);
  check(db, sqlite3_busy_timeout(db, 5000));
  check(db, sqlite3_exec(db, "PRAGMA synchronous=OFF", nullptr, nullptr, nullptr));
  return owned;
}

// Runs a statement with texts bound, and hands out each row's columns.
std::vector<std::vector<std::string>> run(sqlite3* db, const std::string& sql,
                                          const std::vector<std::string>& texts = {}) {
  sqlite3_stmt* prepared = nullptr;
  check(db, sqlite3_prepare_v2(db, sql.c_str(), -1, &prepared, nullptr));
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  for (std::size_t i = 0; i < texts.size(); ++i)
    check(db, sqlite3_bind_text(prepared, static_cast<int>(i + 1), texts[i].data(), static_cast<int>(texts[i].size()),
                                SQLITE_TRANSIENT));
  std::vector<std::vector<std::string>> rows;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
    auto& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(prepared); ++i)
      row.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(prepared, i)),
                       static_cast<std::size_t>(sqlite3_column_bytes(prepared, i)));
  }
  check(db, code, SQLITE_DONE);
  return rows;
}

}  // namespace

SqliteTable::SqliteTable(const Case& recorded, Rows rows) : Table(recorded) {
  folder_ = (std::filesystem::temp_directory_path() / "trifle-peer-go-XXXXXX").string();
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("can't make " + folder_);
  const auto db = open_file(folder_ + "/stats.db");
  std::ifstream schemas(TRIFLE_TEST_DATA "/peer-go/sqlite-schemas.json");
  run(db.get(), json::parse(schemas).at(recorded.options.at("joined").get<std::string>()));
  if (rows == Rows::None) return;
  std::string places = "?";
  for (std::size_t i = 1; i < recorded.columns.size(); ++i) places += ",?";
  for (const Row& row : recorded.rows) {
    auto texts = row.columns;
    texts.push_back(row.data);
    run(db.get(), "INSERT INTO trifle_stats VALUES (" + places + ")", texts);
  }
}

SqliteTable::~SqliteTable() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<Row> SqliteTable::rows() const {
  const auto db = open_file(folder_ + "/stats.db");
  std::vector<Row> rows;
  for (auto& columns : run(db.get(), "SELECT * FROM trifle_stats ORDER BY 1, 2"))
    rows.push_back(row_of(recorded(), columns));
  return rows;
}

Driver SqliteTable::driver() const {
  return drivers::sqlite(folder_ + "/stats.db", {.identity = recorded().identity(),
                                                 .separator = recorded().separator(),
                                                 .open = drivers::SqliteOptions::Open::MustExist,
                                                 .journal = drivers::SqliteOptions::Journal::Keep,
                                                 .synchronous = drivers::SqliteOptions::Synchronous::Off});
}

}  // namespace peer_go
