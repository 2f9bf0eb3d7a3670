// A server that asks who is there, and what it lets him do.

#include <gmock/gmock.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <trifle/stats/drivers/mongo.hpp>

#include "contract/batches.hpp"
#include "contract/mongo_connection.hpp"
#include "servers/server_control.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class MongoLoginTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!OwnServer::available(kSecantus.name)) GTEST_SKIP() << kSecantus.variable << " is not set";
    ::setenv("TRIFLE_TEST_MONGO_OPTIONS", "--auth", 1);
    server_.emplace(kSecantus.name);
    // The first user may be made by whoever comes from this machine.
    MongoConnection(server_->url() + "/admin").run(R"({"createUser": "root", "pwd": "trifle", "roles": ["root"]})");
    root_.emplace(url("root:trifle", "admin"));
  }

  std::string url(const std::string& login, const std::string& database = "metrics?authSource=admin") const {
    return "mongodb://" + login + "@" + address_of(server_->url()) + "/" + database;
  }
  std::unique_ptr<detail::RowDriver> open(const std::string& login) const {
    return drivers::mongo(url(login)).release();
  }
  void make_user(const std::string& name, const std::string& password, const std::string& role,
                 const std::string& mechanism = "SCRAM-SHA-256") {
    root_->run(R"({"createUser": ")" + name + R"(", "pwd": ")" + password + R"(", "mechanisms": [")" + mechanism +
               R"("], "roles": [{"role": ")" + role + R"(", "db": "metrics"}]})");
  }

  std::optional<OwnServer> server_;
  std::optional<MongoConnection> root_;
};

TEST_F(MongoLoginTest, TheUsersOfTheUrlMayDoAllThatADriverDoes) {
  make_user("app", "p@ss/word", "readWrite");
  make_user("old", "trifle", "readWrite", "SCRAM-SHA-1");
  const auto driver = open("app:p%40ss%2Fword");
  driver->setup(Setup::Create);
  write(*driver, {{.increments = {{"n", 1}}}});
  driver->beam("w", {.at = kTen, .json = R"({"data.a":1})"});
  EXPECT_EQ(driver->scan("w")->at, kTen);
  const auto old = open("old:trifle");
  write(*old, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
  EXPECT_EQ(driver->traits().atomicity, Atomicity::Batch);
}

TEST_F(MongoLoginTest, AWrongPasswordIsToldWithoutItAndOverWhenItIsRight) {
  make_user("app", "trifle", "readWrite");
  open("app:trifle")->setup(Setup::Create);
  const auto driver = open("app:hunter2");
  const auto error = error_of([&] { write(*driver, {{.increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Storage);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(error->retry_is_safe());
  EXPECT_THAT(error->what(), HasSubstr("refuses the user or the password"));
  EXPECT_THAT(error->what() + error->native_text(), Not(HasSubstr("hunter2")));
  root_->run(R"({"updateUser": "app", "pwd": "hunter2"})");
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
}

TEST_F(MongoLoginTest, WhoMayOnlyReadReads) {
  make_user("app", "trifle", "readWrite");
  make_user("reader", "trifle", "read");
  const auto writer = open("app:trifle");
  writer->setup(Setup::Create);
  write(*writer, {{.increments = {{"n", 1}}}});
  const auto reader = open("reader:trifle");
  EXPECT_EQ(read_one(*reader), (Values{{"n", 1}}));
  const auto error = error_of([&] { write(*reader, {{.increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Storage);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(error->retry_is_safe());
  EXPECT_THAT(error->what(), HasSubstr("isn't allowed to do this"));
  EXPECT_EQ(read_one(*reader), (Values{{"n", 1}}));
}

TEST_F(MongoLoginTest, NobodyInParticularIsRefused) {
  const auto driver = drivers::mongo(server_->url() + "/metrics").release();
  const auto error = error_of([&] { driver->setup(Setup::Create); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Storage);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
}

}  // namespace
}  // namespace trifle::stats::test
