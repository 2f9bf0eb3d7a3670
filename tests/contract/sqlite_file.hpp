#pragma once

#include <sqlite3.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace trifle::stats::test {

inline std::string quoted_name(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text + '"';
}

/// A connection beside the library's, for what tests do behind its back.
class SqliteFile {
 public:
  explicit SqliteFile(const std::string& path, int busy_timeout = 10'000) {
    const int native = sqlite3_open(path.c_str(), &db_);
    if (native != SQLITE_OK) throw std::runtime_error(sqlite3_errstr(native));
    sqlite3_busy_timeout(db_, busy_timeout);
    // No test cuts the power.
    sqlite3_exec(db_, "PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);
  }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;
  ~SqliteFile() { sqlite3_close(db_); }

  sqlite3* get() const { return db_; }

  /// The rows of the last statement, columns as text.
  std::vector<std::vector<std::string>> run(const std::string& sql) {
    std::vector<std::vector<std::string>> rows;
    char* message = nullptr;
    const int native = sqlite3_exec(
        db_, sql.c_str(),
        [](void* out, int count, char** texts, char**) {
          std::vector<std::string> row;
          for (int i = 0; i < count; ++i) row.emplace_back(texts[i] ? texts[i] : "");
          static_cast<std::vector<std::vector<std::string>>*>(out)->push_back(std::move(row));
          return 0;
        },
        &rows, &message);
    if (native != SQLITE_OK) {
      std::string text = message ? message : sqlite3_errstr(native);
      sqlite3_free(message);
      throw std::runtime_error(text + " in: " + sql);
    }
    return rows;
  }

  /// The only column of the only row.
  std::string one(const std::string& sql) {
    const auto rows = run(sql);
    if (rows.size() != 1 || rows[0].size() != 1) throw std::runtime_error("not one value: " + sql);
    return rows[0][0];
  }

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace trifle::stats::test
