// Whether the servers that the MySQL driver is tested on are there: one visible skip for each that isn't.

#include <gmock/gmock.h>

#include "contract/mysql_connection.hpp"

namespace trifle::stats::test {
namespace {

class MysqlServersTest : public testing::TestWithParam<ServerKind> {};
INSTANTIATE_TEST_SUITE_P(Servers, MysqlServersTest, testing::ValuesIn(mysql_kinds()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(MysqlServersTest, IsThere) {
  if (!GetParam().available()) GTEST_SKIP() << GetParam().environment << " is not set: nothing was tested on it";
  const auto version = MysqlConnection(GetParam().url()).one("SELECT VERSION()");
  EXPECT_EQ(version.find("MariaDB") != std::string::npos, GetParam().name == "mariadb") << version;
}

}  // namespace
}  // namespace trifle::stats::test
