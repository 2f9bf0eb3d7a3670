#include "servers/server_control.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "servers/http_call.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {
namespace {

/// Whether somebody listens there: a database doesn't answer HTTP, but it takes the connection.
bool listens(const std::string& url) {
  try {
    http_call("http://" + address_of(url), "GET", "/", "");
    return true;
  } catch (const std::exception& e) {
    return std::string(e.what()).find("refused") == std::string::npos;
  }
}

class OwnServerTest : public testing::TestWithParam<const char*> {};

TEST_P(OwnServerTest, IsKilledAndComesBackAtTheSameUrl) {
  if (!OwnServer::available(GetParam())) GTEST_SKIP() << "no " << GetParam() << " here: scripts/services starts one";
  std::string url;
  {
    OwnServer server(GetParam());
    url = server.url();
    EXPECT_TRUE(listens(url));
    server.kill();
    EXPECT_FALSE(listens(url));
    server.start();
    EXPECT_EQ(server.url(), url);
    EXPECT_TRUE(listens(url));
    server.stop();
    EXPECT_FALSE(listens(url));
    server.start();
  }
  EXPECT_FALSE(listens(url));
}

INSTANTIATE_TEST_SUITE_P(Servers, OwnServerTest, testing::Values("postgres", "postgres18", "mariadb", "mysql"),
                         [](const testing::TestParamInfo<const char*>& server) { return std::string(server.param); });

}  // namespace
}  // namespace trifle::stats::test
