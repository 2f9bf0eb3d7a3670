// The Redis driver against the plain commands that increment the same paths, which neither tell what failed nor know a
// batch again. The server is the one that TRIFLE_TEST_REDIS_URL names; without it there are no figures.

#include <hiredis/hiredis.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/redis.hpp>

#include "driver/row_driver.hpp"
#include "drivers/redis/command.hpp"
#include "drivers/redis/options.hpp"
#include "harness.hpp"
#include "values/number_text.hpp"
#include "watched_driver.hpp"

namespace {

namespace detail = trifle::stats::detail;
using detail::redis::Commands;
using trifle::stats::Driver;
using trifle::stats::Instant;
using trifle::stats::Number;

constexpr std::int64_t kFirst = 1'784'109'600;

/// A connection of a program that does without this library: hiredis, and replies that nobody looks at.
class Plain {
 public:
  explicit Plain(const std::string& url) : context_(nullptr, redisFree) {
    const auto server = detail::redis::read_url(url);
    context_.reset(redisConnect(server.host.c_str(), server.port));
    if (!context_ || context_->err) throw std::runtime_error("no connection to Redis");
    if (server.password.empty()) return;
    Commands login;
    login.add({"AUTH", server.password});
    run(login);
  }

  void run(const Commands& commands) {
    redisAppendFormattedCommand(context_.get(), commands.bytes().data(), commands.bytes().size());
    for (std::size_t i = 0; i < commands.requests(); ++i) {
      void* reply = nullptr;
      if (redisGetReply(context_.get(), &reply) != REDIS_OK) throw std::runtime_error(context_->errstr);
      freeReplyObject(reply);
    }
  }

 private:
  std::unique_ptr<redisContext, void (*)(redisContext*)> context_;
};

/// Names of its own for one figure, removed afterwards.
class Place {
 public:
  explicit Place(std::string url) : url_(std::move(url)), prefix_("trifle_bench_" + std::to_string(::getpid())) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    try {
      Commands clean;
      clean.add({"EVAL",
                 "local at = '0' repeat local found = redis.call('SCAN', at, 'MATCH', ARGV[1], 'COUNT', 1000)"
                 " at = found[1] for _, key in ipairs(found[2]) do redis.call('DEL', key) end until at == '0'",
                 "0", prefix_ + "*"});
      Plain(url_).run(clean);
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
    }
  }

  const std::string& url() const { return url_; }
  std::string prefix(const char* suffix) const { return prefix_ + suffix; }
  std::unique_ptr<detail::RowDriver> driver() const {
    return trifle::stats::drivers::redis(url_, {.prefix = prefix("")}).release();
  }

 private:
  std::string url_;
  std::string prefix_;
};

/// `count` rows from the `from`-th bucket on, each path grows by one; one path in five is a fraction.
detail::Rows rows_of(const detail::Layout& layout, std::size_t paths, std::size_t from, std::size_t count) {
  detail::RowsBuilder builder(layout);
  builder.reserve(count);
  std::vector<detail::Field> fields;
  for (std::size_t i = 0; i < paths; ++i)
    fields.push_back({builder.keep("path." + std::to_string(i)), i % 5 == 4 ? Number(1.25) : Number(1)});
  const auto key = builder.keep("event::signup");
  const auto granularity = builder.keep("1h");
  for (std::size_t i = 0; i < count; ++i)
    builder.add(key, granularity, kFirst + static_cast<std::int64_t>(from + i) * 3600, fields, {});
  return builder.finish(count);
}

/// The increments of a batch as the plain commands, under other names.
Commands commands_of(const detail::Rows& rows, const std::string& instead) {
  Commands commands;
  for (const auto& row : rows.rows()) {
    const auto name = instead + std::string(row.stored_key);
    for (const auto& field : row.increments) {
      std::string number;
      detail::append_number(number, field.number);
      commands.add({field.number.is_integer() ? "HINCRBY" : "HINCRBYFLOAT", name, field.name, number});
    }
  }
  return commands;
}

void write_bench(bench::Report& report, const std::string& url, const std::string& name, double goal, std::size_t paths,
                 std::size_t rows_in_batch) {
  if (!report.wants(name)) return;
  const Place place(url);
  const auto ours = place.driver();
  Plain plain(url);
  constexpr std::size_t kTable = 1'000;  // rows that are there, and that batches go round
  const std::size_t writes = 40'000 / rows_in_batch;
  std::vector<Commands> commands;
  for (std::size_t from = 0; from + rows_in_batch <= kTable; from += rows_in_batch)
    commands.push_back(commands_of(rows_of(ours->layout(), paths, from, rows_in_batch), place.prefix("_plain")));
  const auto numbers = static_cast<double>(writes * rows_in_batch * paths);
  report.compare(
      name, goal,
      [&] {
        std::vector<detail::Rows> batches;  // each with an id of its own
        for (std::size_t i = 0; i < writes; ++i)
          batches.push_back(rows_of(ours->layout(), paths, i % commands.size() * rows_in_batch, rows_in_batch));
        return numbers / bench::seconds_of([&] {
                 for (const auto& rows : batches) ours->write(rows);
               });
      },
      [&] {
        return numbers / bench::seconds_of([&] {
                 for (std::size_t i = 0; i < writes; ++i) plain.run(commands[i % commands.size()]);
               });
      },
      11);
}

void round_trip_bench(bench::Report& report, const std::string& url, const std::string& name,
                      const std::string& name_of_plain, double goal) {
  if (!report.wants(name) && !report.wants(name_of_plain)) return;
  const Place place(url);
  const auto ours = place.driver();
  Plain plain(url);
  constexpr std::size_t kRows = 14;
  constexpr std::size_t kPaths = 5;
  const auto rows = rows_of(ours->layout(), kPaths, 0, kRows);
  const auto together = commands_of(rows, place.prefix("_plain"));
  std::vector<Commands> single;
  for (const auto& row : rows.rows()) {
    for (const auto& field : row.increments) {
      std::string number;
      detail::append_number(number, field.number);
      single.emplace_back().add({field.number.is_integer() ? "HINCRBY" : "HINCRBYFLOAT",
                                 place.prefix("_plain") + std::string(row.stored_key), field.name, number});
    }
  }
  constexpr std::size_t kWrites = 1'000;
  const auto one_by_one = [&] {
    constexpr std::size_t kRounds = 20;
    return kRounds / bench::seconds_of([&] {
             for (std::size_t i = 0; i < kRounds; ++i)
               for (const auto& command : single) plain.run(command);
           });
  };
  if (report.wants(name)) {
    report.compare(
        name, goal,
        [&] {
          std::vector<detail::Rows> batches;
          for (std::size_t i = 0; i < kWrites; ++i) batches.push_back(rows_of(ours->layout(), kPaths, 0, kRows));
          return kWrites / bench::seconds_of([&] {
                   for (const auto& batch : batches) ours->write(batch);
                 });
        },
        one_by_one, 7);
  }
  // What there is to gain by sending all at once, which differs from machine to machine.
  if (report.wants(name_of_plain)) {
    report.compare(
        name_of_plain, 0,
        [&] {
          return kWrites / bench::seconds_of([&] {
                   for (std::size_t i = 0; i < kWrites; ++i) plain.run(together);
                 });
        },
        one_by_one, 7);
  }
}

void read_bench(bench::Report& report, const std::string& url, const std::string& name, double goal) {
  if (!report.wants(name)) return;
  const Place place(url);
  constexpr std::size_t kRows = 50'000;
  std::vector<Commands> commands;
  {
    const auto driver = place.driver();
    const auto rows = rows_of(driver->layout(), 5, 0, kRows);
    driver->write(rows);
    for (std::size_t i = 0; i < kRows; ++i) {
      if (i % 500 == 0) commands.emplace_back();
      commands.back().add({"HGETALL", rows.rows()[i].stored_key});
    }
  }
  trifle::Stats stats(trifle::stats::drivers::redis(url, {.prefix = place.prefix("")}), {.granularities = {"1h"}});
  Plain plain(url);
  const auto last = kFirst + (static_cast<std::int64_t>(kRows) - 1) * 3600;
  report.compare(
      name, goal,
      [&] {
        return kRows / bench::seconds_of([&] {
                 const auto series =
                     stats.values("event::signup", Instant::from_unix(kFirst), Instant::from_unix(last), "1h");
                 if (series.size() != kRows) throw std::runtime_error("rows are missing");
               });
      },
      [&] {
        return kRows / bench::seconds_of([&] {
                 for (const auto& chunk : commands) plain.run(chunk);
               });
      },
      11);
}

void million_bench(bench::Report& report, const std::string& url, const std::string& name, double goal) {
  if (!report.wants(name)) return;
  constexpr std::size_t kEvents = 1'000'000;
  constexpr std::int64_t kDay = 86'400;
  std::vector<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.push_back("event::number_" + std::to_string(i));
  std::vector<double> times;
  for (int round = 0; round < 3; ++round) {
    const Place place(url);
    std::vector<Commands> batches;
    double ours = 0;
    {
      const auto note = [&](const detail::Rows& rows) { batches.push_back(commands_of(rows, place.prefix("_plain"))); };
      trifle::Stats stats(Driver(std::make_unique<bench::WatchedDriver>(place.driver(), note)));
      ours = bench::seconds_of([&] {
        for (std::size_t i = 0; i < kEvents; ++i) {
          const auto second = kFirst - kFirst % kDay + static_cast<std::int64_t>(i) * kDay / std::int64_t{kEvents};
          stats.track(keys[i * 7919 % keys.size()], Instant::from_unix(second),
                      {{"count", 1}, {"duration", 2.5}, {"bytes", 4096}, {"errors", 0}, {"retries", 1}});
        }
        stats.flush();
      });
    }
    Plain plain(url);
    times.push_back(ours / bench::seconds_of([&] {
                      for (const auto& batch : batches) plain.run(batch);
                    }));
  }
  report.add({.name = name, .value = bench::median(times), .goal = goal, .better = bench::Better::Lower});
}

}  // namespace

void redis_bench(bench::Report& report) {
  const char* const url = std::getenv("TRIFLE_TEST_REDIS_URL");
  if (!url) {
    if (report.wants("redis")) std::cerr << "redis: no figures, for TRIFLE_TEST_REDIS_URL is not set\n";
    return;
  }
  write_bench(report, url, "redis, 5 paths x 1000 rows / plain increments", 0.75, 5, 1'000);
  write_bench(report, url, "redis, 5 paths x 14 rows / plain increments", 0.6, 5, 14);
  write_bench(report, url, "redis, 23 paths x 1000 rows / plain increments", 0.75, 23, 1'000);
  round_trip_bench(report, url, "redis, 5 paths x 14 rows / a round trip per increment",
                   "plain increments of 5 paths x 14 rows to redis at once / a round trip per increment", 20);
  read_bench(report, url, "redis read, 50,000 buckets of 5 paths / HGETALL undecoded", 0.85);
  million_bench(report, url, "a day of tracking to redis / plain increments, time", 1.5);
}
