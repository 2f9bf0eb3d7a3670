#include "compat/postgres_foreign_writer.hpp"

#include <trifle/stats/instant.hpp>

namespace trifle::stats::test {
namespace {

/// A path of jsonb as they write it: an array of one element between quotes.
std::string path_of(const std::string& name) {
  std::string text = "{\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"}";
}

}  // namespace

PostgresForeignWriter::PostgresForeignWriter(const std::string& url, Identity identity)
    : ServerForeignWriter(identity), db_(url) {
  db_.run("SET client_min_messages = warning");
}

void PostgresForeignWriter::create_tables() {
  const std::string data = "data JSONB NOT NULL DEFAULT '{}'::jsonb";
  switch (identity()) {
    case Identity::Full:
      db_.run("CREATE TABLE IF NOT EXISTS trifle_stats (key VARCHAR(255) PRIMARY KEY, " + data + ")");
      break;
    case Identity::Partial:
      db_.run("CREATE TABLE IF NOT EXISTS trifle_stats (key VARCHAR(255) NOT NULL, at TIMESTAMPTZ NOT NULL, " + data +
              ", PRIMARY KEY (key, at))");
      break;
    case Identity::Separated:
      db_.run(
          "CREATE TABLE IF NOT EXISTS trifle_stats (key VARCHAR(255) NOT NULL, granularity VARCHAR(255) NOT NULL, at "
          "TIMESTAMPTZ NOT NULL, " +
          data + ", PRIMARY KEY (key, granularity, at))");
      break;
  }
  db_.run("CREATE TABLE IF NOT EXISTS trifle_stats_ping (key VARCHAR(255) PRIMARY KEY, at TIMESTAMPTZ NOT NULL, " +
          data + ")");
}

void PostgresForeignWriter::drop_tables() {
  db_.run("DROP TABLE IF EXISTS trifle_stats, trifle_stats_ping, trifle_stats_batches");
}

bool PostgresForeignWriter::deadlocked(const std::exception& error) const {
  return std::string(error.what()).find("deadlock") != std::string::npos;
}

void PostgresForeignWriter::upsert(const std::string& key, const std::string& granularity, std::int64_t at,
                                   const Fields& fields) {
  std::string columns;
  std::string values;
  std::string target;
  for (const auto& [column, value] : columns_of(key, granularity, at)) {
    columns += column + ", ";
    values += db_.quoted(value) + ", ";
    target += (target.empty() ? "" : ", ") + column;
  }
  std::string data = "trifle_stats.data";
  for (const auto& [name, number] : fields) {
    data = "jsonb_set(" + data + ", " + db_.quoted(path_of(name)) + ", (COALESCE(trifle_stats.data->>" +
           db_.quoted(name) + ", '0')::numeric + " + number + ")::text::jsonb)";
  }
  db_.run("INSERT INTO trifle_stats (" + columns + "data) VALUES (" + values + db_.quoted(packed(fields)) +
          "::jsonb) ON CONFLICT (" + target + ") DO UPDATE SET data = " + data);
}

void PostgresForeignWriter::insert(const std::vector<std::string>& columns) {
  std::string places;
  for (std::size_t i = 1; i < columns.size(); ++i) places += "$" + std::to_string(i) + ", ";
  db_.run("INSERT INTO trifle_stats VALUES (" + places + "$" + std::to_string(columns.size()) + "::jsonb)", columns);
}

std::vector<std::vector<std::string>> PostgresForeignWriter::rows() {
  const std::string time = has_time() ? R"(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), )" : "";
  const std::string granularity = identity() == Identity::Separated ? "granularity, " : "";
  return db_.run("SELECT key, " + granularity + time + "data FROM trifle_stats");
}

void PostgresForeignWriter::beam(const std::string& key, std::int64_t at, const std::string& json) {
  db_.run(
      "INSERT INTO trifle_stats_ping (key, at, data) VALUES ($1, $2, $3::jsonb) ON CONFLICT (key) DO UPDATE SET at = "
      "EXCLUDED.at, data = EXCLUDED.data",
      {key, time_of(at), json});
}

std::string PostgresForeignWriter::number(const std::string& key, const std::string& granularity, std::int64_t at,
                                          const std::string& name) {
  std::string where;
  for (const auto& [column, value] : columns_of(key, granularity, at))
    where += (where.empty() ? " WHERE " : " AND ") + column + " = " + db_.quoted(value);
  return db_.one("SELECT data->>" + db_.quoted(name) + " FROM trifle_stats" + where);
}

std::pair<std::string, std::string> PostgresForeignWriter::scan(const std::string& key) {
  db_.run("SET timezone = 'UTC'");
  const auto rows = db_.run("SELECT at, data FROM trifle_stats_ping WHERE key = $1", {key});
  if (rows.empty()) return {};
  return {rows.front()[0], rows.front()[1]};
}

std::string PostgresForeignWriter::status_member(const std::string& name) {
  return db_.one("SELECT data->$1 FROM trifle_stats_ping", {name});
}

/// "2026-07-15 10:00:00+00"
std::string PostgresForeignWriter::time_of(std::int64_t at) const {
  auto text = Instant::from_unix(at).to_string();
  text[10] = ' ';
  text.pop_back();
  return text + "+00";
}

}  // namespace trifle::stats::test
