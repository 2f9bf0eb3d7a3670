// Whether the servers that the MongoDB driver is tested on are there: a visible skip where one isn't.

#include <gmock/gmock.h>

#include "contract/mongo_connection.hpp"

namespace trifle::stats::test {
namespace {

class MongoServersTest : public testing::TestWithParam<MongoServer> {};

INSTANTIATE_TEST_SUITE_P(Servers, MongoServersTest, testing::Values(kSecantus, kDocumentDb),
                         [](const auto& server) { return std::string(server.param.name); });

TEST_P(MongoServersTest, IsThere) {
  if (!mongo_available(GetParam())) GTEST_SKIP() << GetParam().variable << " is not set: nothing was tested on it";
  EXPECT_THAT(MongoConnection(mongo_url(GetParam(), "admin")).run(R"({"ping": 1})"), testing::HasSubstr("\"ok\""));
}

}  // namespace
}  // namespace trifle::stats::test
