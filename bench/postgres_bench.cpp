// The PostgreSQL driver against the plainest statement that stores the same bytes in the same rows: the cost of
// reading, merging and writing back over that of writing alone. The server is the one that TRIFLE_TEST_POSTGRES_URL
// names; without it there are no figures.

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/postgres.hpp>

#include "batches.hpp"
#include "driver/row_driver.hpp"
#include "drivers/postgres/parameters.hpp"
#include "harness.hpp"
#include "plain_postgres.hpp"
#include "watched_driver.hpp"

namespace {

namespace detail = trifle::stats::detail;
using bench::kFirstBucket;
using bench::Plain;
using bench::rows_of;
using bench::Schema;
using bench::text_of;
using detail::postgres::ArrayBuilder;
using trifle::stats::Driver;
using trifle::stats::Identity;
using trifle::stats::Instant;
using trifle::stats::Number;
using trifle::stats::drivers::PostgresOptions;

/// Overwrites rows: one prepared statement, one commit, one round trip for a batch.
class Overwriter {
 public:
  explicit Overwriter(const std::string& url) : plain_(url) {
    plain_.run(
        "CREATE TABLE IF NOT EXISTS plain (key VARCHAR(255) COLLATE \"C\" PRIMARY KEY, data JSONB NOT NULL DEFAULT "
        "'{}'::jsonb) WITH (fillfactor = 80)");
    plain_.prepare("write",
                   "INSERT INTO plain (key, data) SELECT * FROM unnest($1::text[], $2::jsonb[]) ON CONFLICT (key) DO "
                   "UPDATE SET data = EXCLUDED.data");
    plain_.prepare("insert", "INSERT INTO plain (key, data) SELECT * FROM unnest($1::text[], $2::jsonb[])");
  }

  void overwrite(const detail::Rows& rows, const std::string& text) { write("write", rows, text); }
  void insert(const detail::Rows& rows, const std::string& text) { write("insert", rows, text); }

  template <class Texts>
  void overwrite(const std::vector<std::string>& keys, Texts&& text_of_key) {
    ArrayBuilder names(ArrayBuilder::Of::Text);
    ArrayBuilder texts(ArrayBuilder::Of::Jsonb);
    for (const auto& key : keys) {
      names.text(key);
      texts.jsonb(text_of_key(key));
    }
    plain_.run_prepared("write", {std::move(names).finish(), std::move(texts).finish()});
  }

 private:
  void write(const char* statement, const detail::Rows& rows, const std::string& text) {
    ArrayBuilder names(ArrayBuilder::Of::Text);
    ArrayBuilder texts(ArrayBuilder::Of::Jsonb);
    for (const auto& row : rows.rows()) {
      names.text(row.stored_key);
      texts.jsonb(text);
    }
    plain_.run_prepared(statement, {std::move(names).finish(), std::move(texts).finish()});
  }

  Plain plain_;
};

std::unique_ptr<detail::RowDriver> made(const std::string& url, const PostgresOptions& options) {
  auto driver = trifle::stats::drivers::postgres(url, options).release();
  driver->setup(trifle::stats::Setup::Create);
  return driver;
}

constexpr std::size_t kTable = 1'000;  // rows that are there, and that batches go round

std::vector<detail::Rows> batches_over_table(const detail::Layout& layout, std::size_t paths, std::size_t rows) {
  std::vector<detail::Rows> batches;
  for (std::size_t from = 0; from + rows <= kTable; from += rows)
    batches.push_back(rows_of(layout, paths, from, rows, false));
  return batches;
}

template <class Write>
double rate_of(std::vector<detail::Rows>& batches, std::size_t writes, Write&& write) {
  const auto seconds = bench::seconds_of([&] {
    for (std::size_t i = 0; i < writes; ++i) write(batches[i % batches.size()]);
  });
  return static_cast<double>(writes * batches.front().rows().size()) / seconds;
}

void update_bench(bench::Report& report, const std::string& server, const std::string& name, double goal,
                  std::size_t paths, std::size_t rows_in_batch) {
  if (!report.wants(name)) return;
  const Schema schema(server);
  const auto ours = made(schema.url(), {.ledger = false});
  Overwriter plain(schema.url());
  const auto first = rows_of(ours->layout(), paths, 0, kTable, true);
  ours->write(first);
  plain.insert(first, text_of(paths, 0));
  auto batches = batches_over_table(ours->layout(), paths, rows_in_batch);
  const std::size_t writes = (rows_in_batch < 100 ? 8'000 : 20'000) / rows_in_batch;
  std::int64_t step = 0;
  report.compare(
      name, goal, [&] { return rate_of(batches, writes, [&](const auto& rows) { ours->write(rows); }); },
      [&] {
        return rate_of(batches, writes, [&](const auto& rows) { plain.overwrite(rows, text_of(paths, ++step)); });
      },
      15);
}

void insert_bench(bench::Report& report, const std::string& server, const std::string& name, double goal,
                  std::size_t paths, std::size_t rows_in_batch) {
  if (!report.wants(name)) return;
  const Schema schema(server);
  const auto ours = made(schema.url(), {.ledger = false});
  Overwriter plain(schema.url());
  const auto text = text_of(paths, 0);
  const std::size_t writes = 20'000 / rows_in_batch;
  const auto rate = [&](std::size_t& from, const auto& write) {
    std::vector<detail::Rows> batches;
    for (std::size_t i = 0; i < writes; ++i, from += rows_in_batch)
      batches.push_back(rows_of(ours->layout(), paths, from, rows_in_batch, true));
    return rate_of(batches, writes, write);
  };
  std::size_t ours_from = 0;
  std::size_t plain_from = 0;
  report.compare(
      name, goal, [&] { return rate(ours_from, [&](const auto& rows) { ours->write(rows); }); },
      [&] { return rate(plain_from, [&](const auto& rows) { plain.insert(rows, text); }); }, 15);
}

void ledger_bench(bench::Report& report, const std::string& server, const std::string& name) {
  if (!report.wants(name)) return;
  const Schema schema(server);
  const auto with = made(schema.url(), {.table = "with_ledger"});
  const auto without = made(schema.url(), {.table = "without_ledger", .ledger = false});
  for (const auto& driver : {with.get(), without.get()}) driver->write(rows_of(driver->layout(), 5, 0, kTable, true));
  const auto rate = [&](detail::RowDriver& driver) {
    std::vector<detail::Rows> batches;  // each with an id of its own
    constexpr std::size_t kWrites = 560;
    for (std::size_t i = 0; i < kWrites; ++i)
      batches.push_back(rows_of(driver.layout(), 5, i * 14 % (kTable - 14), 14, false));
    return rate_of(batches, kWrites, [&](const auto& rows) { driver.write(rows); });
  };
  report.compare(
      name, 0.5, [&] { return rate(*with); }, [&] { return rate(*without); }, 15);
}

void hot_rows_bench(bench::Report& report, const std::string& server, const std::string& name) {
  if (!report.wants(name)) return;
  const Schema schema(server);
  constexpr std::size_t kRows = 100;
  constexpr std::size_t kConnections = 4;
  std::vector<std::unique_ptr<detail::RowDriver>> drivers;
  for (std::size_t i = 0; i < kConnections; ++i) drivers.push_back(made(schema.url(), {}));
  std::atomic<std::int64_t> written{0};
  const auto work = [&](detail::RowDriver& driver, std::size_t batches) {
    for (std::size_t i = 0; i < batches; ++i) {
      driver.write(rows_of(driver.layout(), 5, 0, kRows, false));
      ++written;
    }
  };
  constexpr std::size_t kBatches = 160;
  const auto rate = [&](std::size_t connections) {
    const auto seconds = bench::seconds_of([&] {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < connections; ++i)
        threads.emplace_back([&, i] { work(*drivers[i], kBatches / connections); });
    });
    return kRows * kBatches / seconds;
  };
  report.compare(
      name, 0.5, [&] { return rate(kConnections); }, [&] { return rate(1); });

  // Each row counted each batch.
  struct Sink final : detail::RowSink {
    void json(std::int64_t, std::string_view row) override { text = row; }
    void fields(std::int64_t, std::span<const detail::Field>) override {}
    std::string text;
  } sink;
  const std::int64_t bucket = kFirstBucket;
  drivers[0]->read({.key = "event::signup", .granularity = "1h", .buckets = std::span(&bucket, 1)}, sink);
  if (sink.text.find("\"path.0\": " + std::to_string(written.load()) + ",") == std::string::npos)
    throw std::runtime_error("4 connections lost an increment: " + sink.text);
}

void read_bench(bench::Report& report, const std::string& server, const std::string& name, Identity identity) {
  if (!report.wants(name)) return;
  const Schema schema(server);
  constexpr std::size_t kRows = 50'000;
  const PostgresOptions options{.identity = identity, .ledger = false};
  {
    const auto driver = made(schema.url(), options);
    detail::RowsBuilder builder(driver->layout());
    std::vector<detail::Field> fields;
    for (int i = 0; i < 5; ++i)
      fields.push_back({builder.keep("path." + std::to_string(i)), i == 4 ? Number(1234.25) : Number(1'000'000 + i)});
    const auto key = builder.keep("event::signup");
    const auto granularity = builder.keep("1m");
    for (std::size_t i = 0; i < kRows; ++i)
      builder.add(key, granularity, kFirstBucket + static_cast<std::int64_t>(i) * 60, fields, {});
    driver->write(builder.finish(kRows));
  }
  trifle::Stats stats(trifle::stats::drivers::postgres(schema.url(), options), {.granularities = {"1m"}});
  Plain plain(schema.url());
  plain.run("ANALYZE trifle_stats");
  plain.run("SET enable_seqscan = off");
  const std::int64_t last = kFirstBucket + (static_cast<std::int64_t>(kRows) - 1) * 60;
  detail::postgres::Parameters parameters;
  if (identity == Identity::Full) {
    plain.prepare("fetch", "SELECT key, data FROM trifle_stats WHERE key >= $1::text AND key <= $2::text");
    parameters.text("event::signup::1m::" + std::to_string(kFirstBucket));
    parameters.text("event::signup::1m::" + std::to_string(last));
  } else {
    plain.prepare("fetch",
                  "SELECT at, data FROM trifle_stats WHERE key = $1::text AND at >= $2::timestamptz AND at <= "
                  "$3::timestamptz AND granularity = $4::text");
    parameters.text("event::signup");
    parameters.time(kFirstBucket);
    parameters.time(last);
    parameters.text("1m");
  }
  std::vector<std::string> given;
  for (std::size_t i = 0; i < parameters.size(); ++i) given.push_back(parameters[i]);
  report.compare(
      name, 0.85,
      [&] {
        return kRows / bench::seconds_of([&] {
                 const auto series =
                     stats.values("event::signup", Instant::from_unix(kFirstBucket), Instant::from_unix(last), "1m");
                 if (series.size() != kRows) throw std::runtime_error("rows are missing");
               });
      },
      [&] {
        return kRows / bench::seconds_of([&] {
                 if (plain.stream_prepared("fetch", given) != kRows) throw std::runtime_error("rows are missing");
               });
      },
      15);
}

void million_bench(bench::Report& report, const std::string& server, const std::string& name) {
  if (!report.wants(name)) return;
  const Schema schema(server);
  constexpr std::int64_t kTracks = 1'000'000;
  constexpr std::int64_t kDay = 86'400;
  std::vector<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.push_back("event::number" + std::to_string(i));

  std::vector<std::vector<std::string>> batches;
  double seconds = 0;
  {
    const auto note = [&](const detail::Rows& rows) {
      auto& names = batches.emplace_back();
      for (const auto& row : rows.rows()) names.emplace_back(row.stored_key);
    };
    trifle::Stats stats{
        Driver(std::make_unique<bench::WatchedDriver>(trifle::stats::drivers::postgres(schema.url()).release(), note))};
    stats.setup();
    seconds = bench::seconds_of([&] {
      for (std::int64_t i = 0; i < kTracks; ++i) {
        stats.track(keys[static_cast<std::size_t>(i) % keys.size()],
                    Instant::from_unix(kFirstBucket + i * kDay / kTracks),
                    {{"count", 1}, {"duration", 2.5}, {"bytes", i % 1000}, {"country.us", 1}, {"status.200", 1}});
      }
      stats.close(std::chrono::minutes(5));
    });
  }

  // The same rows in the same batches, each time with other bytes, as many as they have in the end on average.
  Overwriter plain(schema.url());
  std::int64_t step = 0;
  const double yardstick = bench::seconds_of([&] {
    for (const auto& batch : batches) {
      ++step;
      plain.overwrite(batch, [&](const std::string&) {
        return R"({"count":)" + std::to_string(1000 + step) + R"(,"duration":)" + std::to_string(2000 + step) +
               R"(.5,"bytes":)" + std::to_string(10000 + step) + R"(,"country.us":)" + std::to_string(1000 + step) +
               R"(,"status.200":)" + std::to_string(1000 + step) + "}";
      });
    }
  });
  std::size_t rows = 0;
  for (const auto& batch : batches) rows += batch.size();
  std::cerr << name << ": " << batches.size() << " batches, " << rows << " rows, " << seconds << " s against "
            << yardstick << " s\n";
  report.add({.name = name, .value = seconds / yardstick, .goal = 1.5, .better = bench::Better::Lower});
}

}  // namespace

void postgres_bench(bench::Report& report) {
  const char* const url = std::getenv("TRIFLE_TEST_POSTGRES_URL");
  if (!url || !*url) {
    if (report.wants("postgres")) std::cerr << "TRIFLE_TEST_POSTGRES_URL is not set: PostgreSQL is not measured\n";
    return;
  }
  const std::string server = url;
  update_bench(report, server, "postgres update, 5 paths x 14 rows / overwrite", 0.80, 5, 14);
  update_bench(report, server, "postgres update, 5 paths x 1000 rows / overwrite", 0.80, 5, 1'000);
  update_bench(report, server, "postgres update, 23 paths x 1000 rows / overwrite", 0.85, 23, 1'000);
  insert_bench(report, server, "postgres insert, 5 paths x 1000 rows / insert", 0.85, 5, 1'000);
  ledger_bench(report, server, "postgres update, 5 paths x 14 rows, ledger on / off");
  hot_rows_bench(report, server, "postgres update, 4 connections on 100 hot rows / 1");
  read_bench(report, server, "postgres read, 50000 rows of separate columns / fetch", Identity::Separated);
  read_bench(report, server, "postgres read, 50000 rows of joined keys / fetch", Identity::Full);
  million_bench(report, server, "postgres, 1000000 tracks / overwrites of their rows");
}
