// A day of events from track to a SQLite file, through the default buffer, against the same rows in the same batches
// plainly overwritten, and against what the family's other libraries do: a transaction for each event.

#include <sqlite3.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "driver/row_change.hpp"
#include "driver/row_driver.hpp"
#include "harness.hpp"
#include "temp_folder.hpp"
#include "watched_driver.hpp"

namespace {

namespace detail = trifle::stats::detail;
using trifle::stats::Instant;

constexpr std::size_t kEvents = 1'000'000;
constexpr std::size_t kSample = 400;  // events that the family's way is given
constexpr std::size_t kKeys = 100;
constexpr std::int64_t kMidnight = 1'784'073'600;

/// What was written, batch by batch: which rows, and how it changed them.
struct Recording {
  struct Change {
    std::string key;
    std::vector<std::pair<std::string, trifle::stats::Number>> increments;
  };
  std::vector<std::vector<Change>> batches;

  void add(const detail::Rows& rows) {
    auto& batch = batches.emplace_back();
    batch.reserve(rows.rows().size());
    for (const auto& row : rows.rows()) {
      auto& change = batch.emplace_back();
      change.key = row.stored_key;
      for (const auto& field : row.increments) change.increments.emplace_back(field.name, field.number);
    }
  }
};

std::string key_of(std::size_t event) { return "event::number_" + std::to_string(event * 7919 % kKeys); }

std::int64_t second_of(std::size_t event) { return kMidnight + static_cast<std::int64_t>(event * 86'400 / kEvents); }

/// Seconds from the first track until everything is in the file.
double track_day(trifle::Stats& stats) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < kKeys; ++i) keys.push_back(key_of(i));
  return bench::seconds_of([&] {
    for (std::size_t i = 0; i < kEvents; ++i) {
      stats.track(keys[i % kKeys], Instant::from_unix(second_of(i)),
                  {{"count", 1}, {"duration", 2.5}, {"bytes", 4096}, {"errors", 0}, {"retries", 1}});
    }
    stats.flush();
  });
}

class Database {
 public:
  explicit Database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("no database");
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=NORMAL");
    run("CREATE TABLE IF NOT EXISTS trifle_stats (key TEXT PRIMARY KEY, data TEXT NOT NULL DEFAULT '{}')");
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    for (auto* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
    return statements_.emplace_back(statement);
  }
  static void bind(sqlite3_stmt* statement, int parameter, const std::string& text) {
    sqlite3_bind_text(statement, parameter, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  static void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error("a statement failed");
    sqlite3_reset(statement);
  }

 private:
  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
};

/// The texts that the rows of each batch had after it.
std::vector<std::vector<std::pair<std::string, std::string>>> texts_of(const Recording& recording) {
  std::map<std::string, std::string> stored;
  std::vector<std::vector<std::pair<std::string, std::string>>> texts;
  std::string out;
  for (const auto& batch : recording.batches) {
    auto& written = texts.emplace_back();
    for (const auto& change : batch) {
      std::vector<detail::Field> fields;
      for (const auto& [name, number] : change.increments) fields.push_back({name, number});
      detail::Row row;
      row.increments = fields;
      const auto known = stored.find(change.key);
      const auto before = known == stored.end() ? std::nullopt : std::optional<std::string_view>(known->second);
      if (detail::change_row(before, row, out)) throw std::runtime_error("a row can't be changed");
      written.emplace_back(change.key, out);
      stored[change.key] = out;
    }
  }
  return texts;
}

double overwrite(const Recording& recording, const std::string& path) {
  const auto texts = texts_of(recording);
  Database database(path);
  auto* const upsert = database.prepare(
      "INSERT INTO trifle_stats (key, data) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET data = excluded.data");
  return bench::seconds_of([&] {
    for (const auto& batch : texts) {
      database.run("BEGIN IMMEDIATE");
      for (const auto& [key, text] : batch) {
        Database::bind(upsert, 1, key);
        Database::bind(upsert, 2, text);
        Database::step(upsert);
      }
      database.run("COMMIT");
    }
  });
}

/// Seconds for one event the family's way: for each granularity its row and the system row, each an upsert that sets
/// path by path, in a transaction of its own.
double one_by_one(const std::string& path) {
  Database database(path);
  const auto upsert_of = [&](std::size_t paths) {
    std::string insert = "json('{}')";
    std::string update = "data";
    for (std::size_t i = 0; i < paths; ++i) {
      const auto name = "?" + std::to_string(2 + 2 * i);
      const auto value = "?" + std::to_string(3 + 2 * i);
      insert = "json_set(" + insert + ", " + name + ", " + value + ")";
      update = "json_set(" + update + ", " + name + ", IFNULL(json_extract(data, " + name + "), 0) + " + value + ")";
    }
    return database.prepare("INSERT INTO trifle_stats (key, data) VALUES (?1, " + insert +
                            ") ON CONFLICT (key) DO UPDATE SET data = " + update);
  };
  auto* const five = upsert_of(5);
  auto* const two = upsert_of(2);
  const trifle::stats::Bucketing bucketing;
  std::vector<trifle::stats::Granularity> granularities;
  for (const char* text : {"1m", "1h", "1d", "1w", "1mo", "1q", "1y"}) granularities.emplace_back(text);
  const std::vector<std::pair<std::string, double>> values = {
      {"$.count", 1}, {"$.duration", 2.5}, {"$.bytes", 4096}, {"$.errors", 0}, {"$.retries", 1}};
  return bench::seconds_of([&] {
           for (std::size_t i = 0; i < kSample; ++i) {
             const auto event = i * (kEvents / kSample);
             const auto key = key_of(event);
             database.run("BEGIN IMMEDIATE");
             for (const auto& granularity : granularities) {
               const auto bucket = bucketing.floor(Instant::from_unix(second_of(event)), granularity);
               const auto suffix = "::" + granularity.to_string() + "::" + std::to_string(bucket.unix_seconds());
               const auto row = key + suffix;
               Database::bind(five, 1, row);
               for (std::size_t p = 0; p < values.size(); ++p) {
                 Database::bind(five, static_cast<int>(2 + 2 * p), values[p].first);
                 sqlite3_bind_double(five, static_cast<int>(3 + 2 * p), values[p].second);
               }
               Database::step(five);
               const auto system_row = "__system__key__" + suffix;
               const auto counted = "$.keys." + key;
               static const std::string kCount = "$.count";
               Database::bind(two, 1, system_row);
               Database::bind(two, 2, kCount);
               sqlite3_bind_int64(two, 3, 1);
               Database::bind(two, 4, counted);
               sqlite3_bind_int64(two, 5, 1);
               Database::step(two);
             }
             database.run("COMMIT");
           }
         }) /
         static_cast<double>(kSample);
}

}  // namespace

void buffer_bench(bench::Report& report) {
  const std::string overwriting = "a day of tracking to SQLite / plain overwriting, time";
  const std::string family = "a day of tracking to SQLite / a transaction per event";
  if (!report.wants(overwriting) && !report.wants(family)) return;
  std::vector<double> times;
  std::vector<double> speeds;
  for (int round = 0; round < 3; ++round) {
    const bench::TempFolder folder;
    Recording recording;
    double ours = 0;
    {
      auto inner = trifle::stats::drivers::sqlite(folder.file("ours.db")).release();
      const auto note = [&](const detail::Rows& rows) { recording.add(rows); };
      trifle::Stats stats(trifle::stats::Driver(std::make_unique<bench::WatchedDriver>(std::move(inner), note)));
      stats.setup();
      ours = track_day(stats);
    }
    times.push_back(ours / overwrite(recording, folder.file("overwritten.db")));
    speeds.push_back(one_by_one(folder.file("family.db")) * static_cast<double>(kEvents) / ours);
  }
  report.add({.name = overwriting, .value = bench::median(times), .goal = 1.5, .better = bench::Better::Lower});
  report.add({.name = family, .value = bench::median(speeds), .goal = 100});
}
