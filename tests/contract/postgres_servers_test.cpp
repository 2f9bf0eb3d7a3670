// Whether the servers that the PostgreSQL driver is tested on are there: one visible skip for each that isn't.

#include <gmock/gmock.h>

#include "contract/postgres_connection.hpp"

namespace trifle::stats::test {
namespace {

class PostgresServersTest : public testing::TestWithParam<ServerKind> {};
INSTANTIATE_TEST_SUITE_P(Servers, PostgresServersTest, testing::ValuesIn(postgres_kinds()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(PostgresServersTest, IsThere) {
  if (!GetParam().available()) GTEST_SKIP() << GetParam().environment << " is not set: nothing was tested on it";
  const auto version = std::stoi(PostgresConnection(GetParam().url()).one("SHOW server_version_num"));
  EXPECT_EQ(version >= 180'000, GetParam().name == "postgres18") << version;
}

}  // namespace
}  // namespace trifle::stats::test
