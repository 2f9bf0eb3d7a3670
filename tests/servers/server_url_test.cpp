#include "servers/server_url.hpp"

#include <gtest/gtest.h>

namespace trifle::stats::test {
namespace {

TEST(ServerUrl, AddressIsWhatStandsBehindTheUser) {
  EXPECT_EQ(address_of("postgresql://trifle:p@ss@127.0.0.1:5433/trifle?x=1"), "127.0.0.1:5433");
  EXPECT_EQ(address_of("mysql://db:3306"), "db:3306");
}

TEST(ServerUrl, AnotherAddressLeavesTheRest) {
  EXPECT_EQ(with_address("mysql://trifle:trifle@127.0.0.1:3306/trifle", "127.0.0.1:9"),
            "mysql://trifle:trifle@127.0.0.1:9/trifle");
}

TEST(ServerUrl, AnotherPasswordOrNone) {
  EXPECT_EQ(with_password("mysql://trifle:trifle@h:1/db", "other"), "mysql://trifle:other@h:1/db");
  EXPECT_EQ(with_password("mysql://trifle:trifle@h:1/db", ""), "mysql://trifle@h:1/db");
  EXPECT_EQ(with_password("mysql://trifle@h:1/db", "new"), "mysql://trifle:new@h:1/db");
}

}  // namespace
}  // namespace trifle::stats::test
