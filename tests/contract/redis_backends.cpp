#include "contract/redis_backends.hpp"

#include <cstdlib>

#include <trifle/stats/drivers/redis.hpp>

#include "contract/redis_connection.hpp"

namespace trifle::stats::test {
namespace {

drivers::RedisOptions options_of(const TempFolder& folder, const Names& names) {
  return {.prefix = folder.path().filename().string() + names.table, .separator = names.separator};
}

}  // namespace

std::vector<Backend> redis_backends() {
  std::vector<Backend> all;
  for (const auto& cluster : {kRedisCluster, kValkeyCluster}) {
    if (!cluster.available()) continue;
    all.push_back({cluster.name + std::string("_cluster"), Identity::Full, true,
                   [cluster](const TempFolder& folder, const Names& names) {
                     return drivers::redis(cluster.url(), options_of(folder, names)).release();
                   },
                   Atomicity::Row});
  }
  if (const char* const valkey = std::getenv("TRIFLE_TEST_VALKEY_URL")) {
    const std::string url = valkey;
    all.push_back({"valkey", Identity::Full, true, [url](const TempFolder& folder, const Names& names) {
                     return drivers::redis(url, options_of(folder, names)).release();
                   }});
  }
  if (!redis_available()) return all;
  all.insert(all.end(),
             {{"redis", Identity::Full, true,
               [](const TempFolder& folder, const Names& names) {
                 return drivers::redis(redis_url(), options_of(folder, names)).release();
               }},
              {"redis_without_scripts", Identity::Full, true, [](const TempFolder& folder, const Names& names) {
                 return drivers::redis(redis_url_without_scripts(), options_of(folder, names)).release();
               }}});
  if (const char* const socket = std::getenv("TRIFLE_TEST_REDIS_SOCKET")) {
    const std::string path = socket;
    all.push_back({"redis_unix_socket", Identity::Full, true, [path](const TempFolder& folder, const Names& names) {
                     return drivers::redis({.unix_socket = path, .password = "trifle", .database = 3},
                                           options_of(folder, names))
                         .release();
                   }});
  }
  return all;
}

}  // namespace trifle::stats::test
