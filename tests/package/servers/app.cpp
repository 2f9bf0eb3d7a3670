#include <trifle/stats.hpp>
#include <trifle/stats/drivers/api.hpp>
#include <trifle/stats/drivers/mongo.hpp>
#include <trifle/stats/drivers/mysql.hpp>
#include <trifle/stats/drivers/postgres.hpp>
#include <trifle/stats/drivers/redis.hpp>

#include <iostream>
#include <utility>

namespace drivers = trifle::stats::drivers;

namespace {

/// Nobody listens there: that the client library says so shows that it is linked.
void ask(trifle::stats::Driver driver) {
  try {
    trifle::Stats stats{std::move(driver)};
    stats.setup();
  } catch (const trifle::stats::ConnectionError& e) {
    std::cout << e.backend() << '\n';
  }
}

}  // namespace

int main() {
  ask(drivers::postgres("postgresql://app@127.0.0.1:1/metrics"));
  ask(drivers::mysql("mysql://app@127.0.0.1:1/metrics"));
  ask(drivers::redis("redis://127.0.0.1:1"));
  ask(drivers::mongo("mongodb://127.0.0.1:1"));
  ask(drivers::api({.url = "https://127.0.0.1:1", .token = "t"}));
}
