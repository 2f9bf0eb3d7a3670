#include "compat/foreign_writer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <stdexcept>

namespace trifle::stats::test {
namespace {

std::string literal(const std::string& text) {
  std::string sql = "'";
  for (const char c : text) sql.append(c == '\'' ? 2 : 1, c);
  return sql + "'";
}

std::string time_text(std::int64_t at) {
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(at)));
  const std::chrono::year_month_day date(day);
  const auto clock = at - std::chrono::sys_seconds(day).time_since_epoch().count();
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock / 3600),
                static_cast<int>(clock / 60 % 60), static_cast<int>(clock % 60));
  return text;
}

}  // namespace

ForeignWriter::ForeignWriter(const std::string& path, Identity identity, PathStyle style)
    : identity_(identity), style_(style) {
  if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("the foreign writer can't open its file");
  sqlite3_busy_timeout(db_, 60'000);
  sqlite3_exec(db_, "PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);  // no test cuts the power
}

ForeignWriter::~ForeignWriter() { sqlite3_close(db_); }

void ForeignWriter::track(const std::string& key, const std::string& granularity,
                          const std::vector<std::int64_t>& buckets, const Fields& fields) {
  run("BEGIN IMMEDIATE");
  for (const auto at : buckets) {
    upsert(key, granularity, at, fields);
    upsert("__system__key__", granularity, at, {{"count", 1}, {"keys." + key, 1}});
  }
  run("COMMIT");
}

void ForeignWriter::upsert(const std::string& key, const std::string& granularity, std::int64_t at,
                           const Fields& fields) {
  constexpr std::size_t kFieldsPerStatement = 10;
  for (std::size_t from = 0; from < fields.size(); from += kFieldsPerStatement) {
    std::string packed = "{";
    std::string merged = "data";
    for (std::size_t i = from; i < fields.size() && i < from + kFieldsPerStatement; ++i) {
      const auto& [name, number] = fields[i];
      packed += (i > from ? ",\"" : "\"") + name + "\":" + std::to_string(number);
      const auto path = literal(style_ == PathStyle::Quoted ? "$.\"" + name + "\"" : "$." + name);
      merged = "json_set(" + merged + ", " + path + ", IFNULL(json_extract(data, " + path + "), 0) + " +
               std::to_string(number) + ")";
    }
    packed += "}";

    std::string columns;
    std::string values;
    switch (identity_) {
      case Identity::Full:
        columns = "key";
        values = literal(key + "::" + granularity + "::" + std::to_string(at));
        break;
      case Identity::Partial:
        columns = "key, at";
        values = literal(key + "::" + granularity) + ", " + literal(time_text(at));
        break;
      case Identity::Separated:
        columns = "key, granularity, at";
        values = literal(key) + ", " + literal(granularity) + ", " + literal(time_text(at));
        break;
    }
    run("INSERT INTO trifle_stats (" + columns + ", data) VALUES (" + values + ", json(" + literal(packed) +
        ")) ON CONFLICT (" + columns + ") DO UPDATE SET data = " + merged);
  }
}

void ForeignWriter::run(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(std::string(sqlite3_errmsg(db_)) + " in: " + sql);
}

}  // namespace trifle::stats::test
