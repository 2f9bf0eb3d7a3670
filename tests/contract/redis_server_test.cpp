// Whether the server that the Redis driver is tested on is there: a visible skip where it isn't.

#include <cstdlib>

#include <gmock/gmock.h>

#include "contract/redis_connection.hpp"

namespace trifle::stats::test {
namespace {

TEST(RedisServerTest, IsThere) {
  if (!redis_available()) GTEST_SKIP() << "TRIFLE_TEST_REDIS_URL is not set: nothing was tested on it";
  EXPECT_NE(RedisConnection().info("redis_version"), "");
}

TEST(ValkeyServerTest, IsThere) {
  const char* const url = std::getenv("TRIFLE_TEST_VALKEY_URL");
  if (url == nullptr) GTEST_SKIP() << "TRIFLE_TEST_VALKEY_URL is not set: nothing was tested on it";
  EXPECT_NE(RedisConnection(url).info("valkey_version"), "");
}

}  // namespace
}  // namespace trifle::stats::test
