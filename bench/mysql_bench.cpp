// MySQL and MariaDB: writing through the driver against the plainest statement that overwrites the same rows with as
// many different bytes, and reading a series against the bare fetch of the same rows.
//
// On the servers that TRIFLE_TEST_MARIADB_URL and TRIFLE_TEST_MYSQL_URL name; what has no server isn't measured.

#include <mysql.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/mysql.hpp>

#include "batches.hpp"
#include "driver/row_driver.hpp"
#include "drivers/mysql/url.hpp"
#include "harness.hpp"

namespace {

namespace detail = trifle::stats::detail;
using bench::kFirstBucket;
using bench::rows_of;
using bench::text_of;
using namespace trifle::stats;

constexpr std::size_t kTable = 1'000;

/// A connection as a program has one that only stores texts.
class Plain {
 public:
  explicit Plain(const std::string& url) : db_(mysql_init(nullptr), mysql_close) {
    const auto server = detail::mysql::read_url(url);
    const my_bool off = 0;
    mysql_optionsv(db_.get(), MYSQL_OPT_SSL_ENFORCE, &off);
    mysql_optionsv(db_.get(), MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &off);
    mysql_optionsv(db_.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (!mysql_real_connect(db_.get(), server.host.c_str(), server.user.c_str(), server.password.c_str(),
                            server.database.c_str(), server.port, nullptr, 0))
      throw std::runtime_error(mysql_error(db_.get()));
  }

  MYSQL* get() const { return db_.get(); }

  void run(const std::string& sql) {
    if (mysql_real_query(db_.get(), sql.data(), sql.size()) != 0) throw std::runtime_error(mysql_error(db_.get()));
    if (auto* const result = mysql_store_result(db_.get())) mysql_free_result(result);
  }

  /// One statement that commits by itself.
  void write(const std::string& table, const detail::Rows& rows, const std::string& text, bool replace) {
    std::string sql = "INSERT INTO " + table + " (`key`, data) VALUES ";
    bool first = true;
    for (const auto& row : rows.rows()) {
      sql.append(first ? "('" : ",('").append(row.stored_key).append("','").append(text).append("')");
      first = false;
    }
    if (replace) sql += " ON DUPLICATE KEY UPDATE data = VALUES(data)";
    run(sql);
  }

 private:
  std::unique_ptr<MYSQL, void (*)(MYSQL*)> db_;
};

/// A database of its own on a server, dropped at the end.
class Database {
 public:
  Database(std::string server, const char* variable)
      : server_(std::move(server)), url_(std::getenv(variable)), name_("trifle_bench_" + std::to_string(::getpid())) {
    const std::string shared = url_;
    url_ = shared.substr(0, shared.rfind('/') + 1) + name_;
    admin_ = std::make_unique<Plain>(shared);
    admin_->run("CREATE DATABASE " + name_);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    try {
      admin_->run("DROP DATABASE " + name_);
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
    }
  }

  const std::string& server() const { return server_; }
  const std::string& url() const { return url_; }

  std::unique_ptr<detail::RowDriver> driver(const std::string& table, bool ledger) const {
    auto driver = drivers::mysql(url_, {.table = table, .ledger = ledger}).release();
    driver->setup(Setup::Create);
    return driver;
  }

 private:
  std::string server_;
  std::string url_;
  std::string name_;
  std::unique_ptr<Plain> admin_;
};

/// Rows per second of `writes` batches of the 1000 rows that are there; each batch has an id of its own.
template <class Write>
double update_rate(const detail::Layout& layout, std::size_t paths, std::size_t rows, std::size_t writes,
                   const Write& write) {
  std::vector<detail::Rows> batches;
  for (std::size_t i = 0; i < writes; ++i)
    batches.push_back(rows_of(layout, paths, i * rows % (kTable - rows + 1), rows, false));
  const auto seconds = bench::seconds_of([&] {
    for (const auto& batch : batches) write(batch);
  });
  return static_cast<double>(writes * rows) / seconds;
}

std::size_t writes_of(std::size_t rows) { return rows < 100 ? 150 : 12; }

void update_bench(bench::Report& report, const Database& database, double goal, std::size_t paths, std::size_t rows) {
  const auto name = database.server() + " update, " + std::to_string(paths) + " paths x " + std::to_string(rows) +
                    " rows / overwrite";
  if (!report.wants(name)) return;
  const auto ours = database.driver("ours", false);
  database.driver("plain_rows", false);
  Plain plain(database.url());
  const auto& layout = ours->layout();
  const auto first = rows_of(layout, paths, 0, kTable, true);
  plain.run("DELETE FROM ours");
  ours->write(first);
  plain.write("plain_rows", first, text_of(paths, 0), true);
  std::int64_t step = 0;
  report.compare(
      name, goal,
      [&] { return update_rate(layout, paths, rows, writes_of(rows), [&](const auto& batch) { ours->write(batch); }); },
      [&] {
        return update_rate(layout, paths, rows, writes_of(rows),
                           [&](const auto& batch) { plain.write("plain_rows", batch, text_of(paths, ++step), true); });
      });
}

void insert_bench(bench::Report& report, const Database& database, double goal) {
  const auto name = database.server() + " insert, 5 paths x 1000 rows / insert";
  if (!report.wants(name)) return;
  const auto ours = database.driver("ours_new", false);
  database.driver("plain_new", false);
  Plain plain(database.url());
  const auto text = text_of(5, 0);
  const auto rate = [&](std::size_t& from, const auto& write) {
    constexpr std::size_t kWrites = 12;
    std::vector<detail::Rows> batches;
    for (std::size_t i = 0; i < kWrites; ++i, from += 1'000)
      batches.push_back(rows_of(ours->layout(), 5, from, 1'000, true));
    const auto seconds = bench::seconds_of([&] {
      for (const auto& batch : batches) write(batch);
    });
    return static_cast<double>(kWrites * 1'000) / seconds;
  };
  std::size_t ours_from = 0;
  std::size_t plain_from = 0;
  report.compare(
      name, goal, [&] { return rate(ours_from, [&](const auto& batch) { ours->write(batch); }); },
      [&] { return rate(plain_from, [&](const auto& batch) { plain.write("plain_new", batch, text, false); }); });
}

void ledger_bench(bench::Report& report, const Database& database) {
  const auto name = database.server() + " update, 5 paths x 14 rows, ledger on / off";
  if (!report.wants(name)) return;
  const auto with = database.driver("with_ledger", true);
  const auto without = database.driver("without_ledger", false);
  for (auto* driver : {with.get(), without.get()}) driver->write(rows_of(driver->layout(), 5, 0, kTable, true));
  const auto rate = [&](detail::RowDriver& driver) {
    return update_rate(driver.layout(), 5, 14, writes_of(14), [&](const auto& batch) { driver.write(batch); });
  };
  report.compare(
      name, 0, [&] { return rate(*with); }, [&] { return rate(*without); });
}

void hot_rows_bench(bench::Report& report, const Database& database) {
  const auto name = database.server() + " 4 connections on the same 100 rows / 1";
  if (!report.wants(name)) return;
  constexpr std::size_t kConnections = 4;
  constexpr std::size_t kRows = 100;
  constexpr std::size_t kWrites = 40;
  std::vector<std::unique_ptr<detail::RowDriver>> all;
  for (std::size_t i = 0; i < kConnections; ++i) all.push_back(database.driver("hot", true));
  std::atomic<std::size_t> batches = 0;
  const auto work = [&](detail::RowDriver& driver, std::size_t writes) {
    for (std::size_t i = 0; i < writes; ++i, ++batches) driver.write(rows_of(driver.layout(), 5, 0, kRows, false));
  };
  report.compare(
      name, 0.5,
      [&] {
        const auto seconds = bench::seconds_of([&] {
          std::vector<std::thread> threads;
          for (auto& driver : all) threads.emplace_back([&] { work(*driver, kWrites); });
          for (auto& thread : threads) thread.join();
        });
        return static_cast<double>(kConnections * kWrites * kRows) / seconds;
      },
      [&] {
        const auto seconds = bench::seconds_of([&] { work(*all.front(), kWrites); });
        return static_cast<double>(kWrites * kRows) / seconds;
      });

  class Sum final : public detail::RowSink {
   public:
    void json(std::int64_t, std::string_view text) override { row = text; }
    void fields(std::int64_t, std::span<const detail::Field>) override {}
    std::string row;
  } sum;
  const std::int64_t at = kFirstBucket;
  all.front()->read({.key = "event::signup", .granularity = "1h", .buckets = {&at, 1}}, sum);
  std::erase(sum.row, ' ');
  if (sum.row.find("\"path.0\":" + std::to_string(batches) + ",") == std::string::npos)
    throw std::runtime_error("the sums are not exact: " + sum.row);
}

/// A year of minutes would be 525,600 rows; this is five weeks.
void read_bench(bench::Report& report, const Database& database) {
  const auto name = database.server() + " values of 50000 rows / bare fetch";
  if (!report.wants(name)) return;
  constexpr std::int64_t kRows = 50'000;
  const auto at = [](std::int64_t row) { return Instant::from_unix(kFirstBucket + 60 * row); };
  trifle::Stats stats(drivers::mysql(database.url(), {.table = "series"}),
                      {.granularities = {"1m"}, .system_tracking = false});
  stats.setup();
  auto batch = stats.batch();
  for (std::int64_t n = 0; n < kRows; ++n) {
    batch.track("web.requests", at(n),
                {{"count", n},
                 {"bytes", n * 977 % 1'000'000},
                 {"duration", static_cast<double>(n * 7919 % 100'000) / 64},
                 {"status", {{"200", n % 1000}, {"404", n % 7}}}});
    if (batch.operations() == 5'000) batch.commit();
  }

  Plain plain(database.url());
  const std::unique_ptr<MYSQL_STMT, char (*)(MYSQL_STMT*)> fetch(mysql_stmt_init(plain.get()), mysql_stmt_close);
  const std::string sql = "SELECT `key`, data FROM series WHERE `key` >= ? AND `key` <= ?";
  if (mysql_stmt_prepare(fetch.get(), sql.data(), sql.size()) != 0) throw std::runtime_error("not prepared");
  const std::string ends[] = {"web.requests::1m::" + std::to_string(kFirstBucket),
                              "web.requests::1m::" + std::to_string(kFirstBucket + 60 * (kRows - 1))};
  const auto bare = [&] {
    std::int64_t fetched = 0;
    const double seconds = bench::seconds_of([&] {
      MYSQL_BIND parameters[2] = {};
      for (int i = 0; i < 2; ++i) {
        parameters[i].buffer_type = MYSQL_TYPE_STRING;
        parameters[i].buffer = const_cast<char*>(ends[i].data());
        parameters[i].buffer_length = ends[i].size();
      }
      char texts[2][1'024];
      unsigned long sizes[2] = {};
      MYSQL_BIND columns[2] = {};
      for (int i = 0; i < 2; ++i) {
        columns[i].buffer_type = MYSQL_TYPE_STRING;
        columns[i].buffer = texts[i];
        columns[i].buffer_length = sizeof texts[i];
        columns[i].length = &sizes[i];
      }
      mysql_stmt_bind_param(fetch.get(), parameters);
      if (mysql_stmt_execute(fetch.get()) != 0) throw std::runtime_error(mysql_stmt_error(fetch.get()));
      mysql_stmt_bind_result(fetch.get(), columns);
      while (mysql_stmt_fetch(fetch.get()) == 0) ++fetched;
      mysql_stmt_free_result(fetch.get());
    });
    if (fetched != kRows) throw std::runtime_error("fetched something else");
    return static_cast<double>(kRows) / seconds;
  };
  report.compare(
      name, 0.85,
      [&] {
        const double seconds = bench::seconds_of([&] {
          const Series series = stats.values("web.requests", at(0), at(kRows - 1), "1m");
          if (series.value(kRows - 1, "count") != Number(kRows - 1)) throw std::runtime_error("read something else");
        });
        return static_cast<double>(kRows) / seconds;
      },
      bare);
}

bool is_there(const char* variable) {
  const char* const value = std::getenv(variable);
  return value && *value;
}

}  // namespace

void mysql_bench(bench::Report& report) {
  if (is_there("TRIFLE_TEST_MARIADB_URL")) {
    const Database database("mariadb", "TRIFLE_TEST_MARIADB_URL");
    update_bench(report, database, 0.65, 5, 14);
    update_bench(report, database, 0.80, 5, 1'000);
    insert_bench(report, database, 0.85);
    ledger_bench(report, database);
    hot_rows_bench(report, database);
    read_bench(report, database);
  }
  if (is_there("TRIFLE_TEST_MYSQL_URL")) {
    const Database database("mysql", "TRIFLE_TEST_MYSQL_URL");
    update_bench(report, database, 0.75, 5, 14);
    update_bench(report, database, 0.65, 5, 1'000);
    ledger_bench(report, database);
    hot_rows_bench(report, database);
  }
}
