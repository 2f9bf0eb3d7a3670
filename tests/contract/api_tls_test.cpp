// The driver and certificates: a root, an authority that it signed, and servers that this one vouches for, or not.

#include <gmock/gmock.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <vector>

#include <trifle/stats.hpp>
#include <trifle/stats/drivers/api.hpp>

#include "contract/temp_folder.hpp"
#include "servers/api_server.hpp"
#include "servers/certificates.hpp"

namespace trifle::stats::test {
namespace {

using ::testing::HasSubstr;

class ApiTlsTest : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("no_proxy", "127.0.0.1,localhost", 1); }

  std::string file_of(const Authority& authority, const std::string& name) const {
    const auto path = std::filesystem::path(folder.path()) / name;
    std::ofstream(path) << authority.pem();
    return path.string();
  }

  /// Tracks once, unbuffered. Nothing, or the error.
  static std::optional<Error> refusal(const ApiServer& server, const std::string& url, const std::string& ca,
                                      std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    Stats api(drivers::api({.url = url,
                            .token = server.config().token,
                            .source_id = server.config().source_id,
                            .ca_file = ca,
                            .connect_timeout = patience}),
              {.buffer = {.enabled = false}});
    try {
      api.track("k", Instant::now(), {{"n", 1}});
    } catch (const Error& error) {
      return error;
    }
    return std::nullopt;
  }

  /// Refused, safe to repeat, and not a byte of the request left.
  static void expect_refused(ApiServer& server, const std::string& url, const std::string& ca) {
    const auto error = refusal(server, url, ca);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::Connection);
    EXPECT_EQ(error->outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error->retry_is_safe());
    EXPECT_THAT(error->what(), HasSubstr("the server can't be reached"));
    EXPECT_GT(error->native_code(), 0);
    EXPECT_EQ(server.http().bytes_received(), 0u);
    EXPECT_EQ(server.stored(), 0u);
  }

  TempFolder folder;
  Authority root{"Test Root"};
  Authority middle = root.signed_authority("Test Intermediate");
  std::string trusted = file_of(root, "root.pem");
};

TEST_F(ApiTlsTest, AChainToTheRootIsAccepted) {
  ApiServer server({.tls = middle.issue("localhost", folder.path())});
  const auto error = refusal(server, server.url(), trusted);
  EXPECT_FALSE(error) << (error ? error->what() : "");
  EXPECT_EQ(server.stored(), 1u);
  EXPECT_EQ(server.requests().at(0).headers.at("authorization"), "Bearer " + server.config().token);
}

TEST_F(ApiTlsTest, AnotherAuthorityIsNot) {
  ApiServer server({.tls = middle.issue("localhost", folder.path())});
  const Authority other("Another Root");
  expect_refused(server, server.url(), file_of(other, "other.pem"));
  expect_refused(server, server.url(), "");  // the system's authorities
}

TEST_F(ApiTlsTest, ACertificateForAnotherHostIsNot) {
  ApiServer server({.tls = middle.issue("stats.example", folder.path())});
  expect_refused(server, server.url(), trusted);
}

TEST_F(ApiTlsTest, ACertificateThatIsOverOrNotYetIsNot) {
  ApiServer over({.tls = middle.issue("localhost", folder.path(), -3, -1)});
  expect_refused(over, over.url(), trusted);
  ApiServer not_yet({.tls = middle.issue("localhost", folder.path(), 1, 3)});
  expect_refused(not_yet, not_yet.url(), trusted);
}

TEST_F(ApiTlsTest, AServerWithoutTlsIsNot) {
  ApiServer server;
  const auto error = refusal(server, "https://localhost:" + std::to_string(server.http().port()), trusted,
                             std::chrono::milliseconds(300));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_EQ(server.stored(), 0u);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(ApiTlsTest, ThroughTheEnvironmentsProxyItIsTheServerThatIsTrusted) {
  ApiServer server({.tls = middle.issue("localhost", folder.path())});
  ApiServer wrong({.tls = middle.issue("stats.example", folder.path())});
  std::uint16_t leads_to = server.http_port();
  std::vector<HttpRequest> asked;
  HttpServer proxy([&](const HttpRequest& request) {
    asked.push_back(request);
    if (leads_to == 0) return HttpAnswer{.status = 403};
    return HttpAnswer{.raw = "HTTP/1.1 200 Connection established\r\n\r\n", .tunnel = leads_to};
  });
  ::setenv("no_proxy", "", 1);
  ::setenv("https_proxy", proxy.url().c_str(), 1);
  const auto error = refusal(server, server.url(), trusted);
  EXPECT_FALSE(error) << (error ? error->what() : "");
  EXPECT_EQ(server.stored(), 1u);
  leads_to = wrong.http_port();
  expect_refused(wrong, server.url(), trusted);
  leads_to = 0;
  const auto refused = refusal(server, server.url(), trusted);
  ::unsetenv("https_proxy");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->outcome(), Outcome::NotApplied) << refused->what();
  EXPECT_TRUE(refused->retry_is_safe());
  EXPECT_EQ(server.stored(), 1u);
  ASSERT_EQ(asked.size(), 3u);
  for (const auto& request : asked) {
    EXPECT_EQ(request.method + " " + request.target, "CONNECT localhost:" + std::to_string(server.http_port()));
    EXPECT_FALSE(request.headers.contains("authorization")) << "the token isn't for the proxy";
  }
}

TEST_F(ApiTlsTest, AMissingFileOfAuthoritiesTrustsNobody) {
  ApiServer server({.tls = middle.issue("localhost", folder.path())});
  expect_refused(server, server.url(), (std::filesystem::path(folder.path()) / "none.pem").string());
}

}  // namespace
}  // namespace trifle::stats::test
