#pragma once

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <trifle/stats/drivers/redis.hpp>

#include "contract/redis_connection.hpp"
#include "driver/row_driver.hpp"
#include "drivers/redis/options.hpp"
#include "drivers/redis/slot_map.hpp"
#include "servers/server_control.hpp"

namespace trifle::stats::test {

/// Waits for what a server does in its own time; fails after a while.
template <class Condition>
void await(const char* what, Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error(std::string("waited in vain until ") + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

/// A cluster of one's own, on each server that has them; files of tests instantiate it.
class RedisClusterFaultTest : public testing::TestWithParam<RedisCluster> {
 protected:
  void SetUp() override {
    if (!OwnServer::available(GetParam().service)) GTEST_SKIP() << GetParam().variable << " is not set";
  }

  void start(int replicas) {
    ::setenv("TRIFLE_TEST_REDIS_REPLICAS", std::to_string(replicas).c_str(), 1);
    server.emplace(GetParam().service);
    const auto first =
        detail::redis::NodeAddress::read(detail::redis::read_url(server->url()).cluster.at(0)).value().port;
    for (int i = 0; i < 3 * (1 + replicas); ++i) ports.push_back(first + i);
    url = server->url();
    for (std::size_t i = 1; i < ports.size(); ++i) url += ",127.0.0.1:" + std::to_string(ports[i]);
  }

  RedisConnection node(int port) const { return RedisConnection("redis://:trifle@127.0.0.1:" + std::to_string(port)); }

  /// Who serves a slot, as a node sees it: the port.
  int owner_of(detail::redis::Slot slot, RedisConnection& seen_by) {
    const auto words = seen_by.run({"CLUSTER", "SLOTS"});
    for (std::size_t i = 0; i + 3 < words.size(); ++i) {
      if (words[i + 2] != "127.0.0.1" || words[i].size() > 5 || words[i + 1].size() > 5) continue;
      if (words[i].find_first_not_of("0123456789") != std::string::npos) continue;
      if (words[i + 1].find_first_not_of("0123456789") != std::string::npos) continue;
      if (slot >= std::stoi(words[i]) && slot <= std::stoi(words[i + 1])) return std::stoi(words[i + 3]);
    }
    return 0;
  }

  std::unique_ptr<detail::RowDriver> open(drivers::RedisOptions options = {}) const {
    return drivers::redis(url, std::move(options)).release();
  }

  std::optional<OwnServer> server;
  std::string url;  ///< that names all nodes
  std::vector<int> ports;
};

/// How often a node has answered with this error.
inline int errors(RedisConnection& node, const std::string& word) {
  const auto line = node.info("errorstat_" + word);
  return line.empty() ? 0 : std::stoi(line.substr(line.find('=') + 1));
}

}  // namespace trifle::stats::test
