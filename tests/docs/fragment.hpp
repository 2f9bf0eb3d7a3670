#pragma once

#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/api.hpp>
#include <trifle/stats/drivers/mongo.hpp>
#include <trifle/stats/drivers/mysql.hpp>
#include <trifle/stats/drivers/postgres.hpp>
#include <trifle/stats/drivers/process.hpp>
#include <trifle/stats/drivers/redis.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

/// What a fragment of the documentation may use: these names, `stats` in memory, `now`, `from` and `to`.
using trifle::Stats;
using namespace trifle::stats;
using namespace std::chrono_literals;

template <class... T>
void use(const T&...) {}

template <class Fragment>
void with_stats(Fragment fragment) {
  Stats stats{drivers::process(), {.granularities = {"1m", "1h", "1d"}}};
  stats.setup();
  const Instant now = Instant::now();
  fragment(stats, now, now - 24h, now);
}
