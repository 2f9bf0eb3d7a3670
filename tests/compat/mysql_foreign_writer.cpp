#include "compat/mysql_foreign_writer.hpp"

#include <mysql.h>
#include <trifle/stats/instant.hpp>

#include "drivers/mysql/bucket_time.hpp"
#include "values/json_text.hpp"

namespace trifle::stats::test {
namespace {

/// `$."country.us"`
std::string path_of(const std::string& name) {
  std::string text = "$.";
  detail::append_json_string(text, name);
  return text;
}

}  // namespace

MysqlForeignWriter::MysqlForeignWriter(const ServerKind& kind, const std::string& url, Identity identity)
    : ServerForeignWriter(identity), kind_(kind), db_(url) {}

void MysqlForeignWriter::create_tables() {
  switch (identity()) {
    case Identity::Full:
      db_.run("CREATE TABLE trifle_stats (`key` VARCHAR(255) PRIMARY KEY, `data` JSON NOT NULL)");
      break;
    case Identity::Partial:
      db_.run(
          "CREATE TABLE trifle_stats (`key` VARCHAR(255) NOT NULL, `at` DATETIME(6) NOT NULL, `data` JSON NOT NULL,"
          " PRIMARY KEY (`key`, `at`))");
      break;
    case Identity::Separated:
      db_.run(
          "CREATE TABLE trifle_stats (`key` VARCHAR(255) NOT NULL, `granularity` VARCHAR(255) NOT NULL,"
          " `at` DATETIME(6) NOT NULL, `data` JSON NOT NULL, PRIMARY KEY (`key`, `granularity`, `at`))");
      break;
  }
  db_.run(
      "CREATE TABLE trifle_stats_ping (`key` VARCHAR(255) PRIMARY KEY, `at` DATETIME(6) NOT NULL, `data` JSON NOT"
      " NULL)");
}

void MysqlForeignWriter::drop_tables() {
  for (const auto& table : db_.run("SHOW TABLES")) db_.run("DROP TABLE `" + table.front() + "`");
}

bool MysqlForeignWriter::deadlocked(const std::exception&) const {
  constexpr unsigned kDeadlock = 1213;
  return mysql_errno(db_.get()) == kDeadlock;
}

void MysqlForeignWriter::upsert(const std::string& key, const std::string& granularity, std::int64_t at,
                                const Fields& fields) {
  std::string columns;
  std::string values;
  for (const auto& [column, value] : columns_of(key, granularity, at)) {
    columns += "`" + column + "`, ";
    values += db_.quoted(value) + ", ";
  }
  std::string sets;
  for (const auto& [name, number] : fields) {
    const auto path = db_.quoted(path_of(name));
    sets += ", " + path + ", COALESCE(CAST(JSON_UNQUOTE(JSON_EXTRACT(data, " + path +
            ")) AS DECIMAL(65,10)), 0) + CAST(" + number + " AS DECIMAL(65,10))";
  }
  db_.run("INSERT INTO trifle_stats (" + columns + "`data`) VALUES (" + values + as_json(packed(fields)) +
          ") ON DUPLICATE KEY UPDATE data = JSON_SET(COALESCE(data, JSON_OBJECT())" + sets + ")");
}

void MysqlForeignWriter::insert(const std::vector<std::string>& columns) {
  std::string values;
  for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
    const bool is_time = has_time() && i + 2 == columns.size();
    values += db_.quoted(is_time ? time_of(Instant::parse(columns[i]).unix_seconds()) : columns[i]) + ", ";
  }
  db_.run("INSERT INTO trifle_stats VALUES (" + values + as_json(columns.back()) + ")");
}

std::vector<std::vector<std::string>> MysqlForeignWriter::rows() {
  const std::string time = has_time() ? "DATE_FORMAT(`at`, '%Y-%m-%dT%H:%i:%sZ'), " : "";
  const std::string granularity = identity() == Identity::Separated ? "granularity, " : "";
  return db_.run("SELECT `key`, " + granularity + time + "data FROM trifle_stats");
}

void MysqlForeignWriter::beam(const std::string& key, std::int64_t at, const std::string& json) {
  const auto time = db_.quoted(time_of(at));
  db_.run("INSERT INTO trifle_stats_ping (`key`, `at`, `data`) VALUES (" + db_.quoted(key) + ", " + time + ", " +
          as_json(json) + ") ON DUPLICATE KEY UPDATE `at` = " + time + ", `data` = " + as_json(json));
}

std::string MysqlForeignWriter::number(const std::string& key, const std::string& granularity, std::int64_t at,
                                       const std::string& name) {
  std::string where;
  for (const auto& [column, value] : columns_of(key, granularity, at))
    where += (where.empty() ? " WHERE `" : " AND `") + column + "` = " + db_.quoted(value);
  return db_.one("SELECT CAST(JSON_UNQUOTE(JSON_EXTRACT(data, " + db_.quoted(path_of(name)) +
                 ")) AS DECIMAL(65,10)) FROM trifle_stats" + where);
}

std::pair<std::string, std::string> MysqlForeignWriter::scan(const std::string& key) {
  const auto rows = db_.run("SELECT `at`, `data` FROM trifle_stats_ping WHERE `key` = " + db_.quoted(key));
  if (rows.empty()) return {};
  return {rows.front()[0], rows.front()[1]};
}

std::string MysqlForeignWriter::status_member(const std::string& name) {
  return db_.one("SELECT JSON_EXTRACT(data, " + db_.quoted(path_of(name)) + ") FROM trifle_stats_ping");
}

std::string MysqlForeignWriter::as_json(const std::string& text) const {
  return kind_.name == "mysql" ? "CAST(" + db_.quoted(text) + " AS JSON)" : db_.quoted(text);
}

std::string MysqlForeignWriter::time_of(std::int64_t at) const {
  return std::string(detail::mysql::BucketText(at).text());
}

}  // namespace trifle::stats::test
