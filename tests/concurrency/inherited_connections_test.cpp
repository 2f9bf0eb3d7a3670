// The connections that a child has from before fork are its parent's: whatever the child does, the parent goes on over
// the same ones. A driver that had lost one would open another unseen; so all go over a line that counts them.

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#ifdef TRIFLE_TEST_MONGO
#include <trifle/stats/drivers/mongo.hpp>
#endif
#ifdef TRIFLE_TEST_REDIS
#include <trifle/stats/drivers/redis.hpp>
#endif

#include "contract/batches.hpp"
#include "contract/child.hpp"
#ifdef TRIFLE_TEST_MONGO
#include "contract/mongo_connection.hpp"
#endif
#include "contract/temp_folder.hpp"
#include "servers/relay.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {
namespace {

struct Server {
  std::string name;
  std::string environment;  ///< the variable that holds the URL of the test server
  std::function<std::string(const TempFolder& folder)> url;
  std::function<Driver(const std::string& url, const TempFolder& folder)> make;

  friend std::ostream& operator<<(std::ostream& out, const Server& server) { return out << server.name; }
};

std::vector<Server> servers() {
  std::vector<Server> all;
#ifdef TRIFLE_TEST_MONGO
  for (const auto& server : {kSecantus, kDocumentDb}) {
    all.push_back({server.name, server.variable,
                   [server](const TempFolder& folder) { return mongo_url(server, folder); },
                   [](const std::string& url, const TempFolder&) { return drivers::mongo(url); }});
  }
#endif
#ifdef TRIFLE_TEST_REDIS
  const auto redis = [](const std::string& url, const TempFolder& folder) {
    return drivers::redis(url, {.prefix = folder.path().filename().string()});
  };
  for (const auto& [name, variable] :
       {std::pair<std::string, std::string>{"redis", "TRIFLE_TEST_REDIS_URL"}, {"valkey", "TRIFLE_TEST_VALKEY_URL"}}) {
    all.push_back({name, variable,
                   [variable = variable](const TempFolder&) { return std::string(std::getenv(variable.c_str())); },
                   redis});
  }
#endif
  return all;
}

class InheritedConnectionsTest : public testing::TestWithParam<Server> {
 protected:
  void SetUp() override {
    if (std::getenv(GetParam().environment.c_str()) == nullptr) GTEST_SKIP() << GetParam().environment << " is not set";
  }
  TempFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Servers, InheritedConnectionsTest, testing::ValuesIn(servers()),
                         [](const auto& server) { return server.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(InheritedConnectionsTest);

// The address sanitizer's allocator can be forked in the middle of what the line's thread allocates, and the child
// would wait for a lock that nobody holds any more; the other builds run this.
#if !defined(__SANITIZE_ADDRESS__)
TEST_P(InheritedConnectionsTest, AreUsedByTheParentAloneAndLeftAsTheyAre) {
  const auto url = GetParam().url(folder_);
  const auto address = address_of(url);
  Relay line(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  auto driver = GetParam().make(with_address(url, "127.0.0.1:" + std::to_string(line.port())), folder_).release();
  driver->setup(Setup::Create);
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
  const auto opened = line.clients();
  const auto said = line.bytes();
  const auto make = driver->maker();

  Child refused([&] {
    try {
      write(*driver, {{.increments = {{"n", 100}}}});
      return false;
    } catch (const ConnectionError& error) {
      return error.outcome() == Outcome::NotApplied;
    }
  });
  EXPECT_TRUE(refused.succeeded());
  Child ending([&] {
    driver.reset();
    return true;
  });
  EXPECT_TRUE(ending.succeeded());
  EXPECT_EQ(line.clients(), opened);
  EXPECT_EQ(line.bytes(), said) << "no goodbye in the parent's name";

  Child own([&] {
    const auto its = make();
    write(*its, {{.increments = {{"n", 10}}}});
    return read_one(*its) == (Values{{"n", 11}});
  });
  EXPECT_TRUE(own.succeeded());
  const auto with_the_childs = line.clients();
  EXPECT_GT(with_the_childs, opened);

  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 12}}));
  EXPECT_EQ(line.clients(), with_the_childs);
}
#endif

}  // namespace
}  // namespace trifle::stats::test
