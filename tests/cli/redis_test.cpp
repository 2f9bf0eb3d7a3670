// The program against a real Redis.

#include <unistd.h>

#include <cstdlib>
#include <string>

#include <gmock/gmock.h>

#include "every_command.hpp"
#include "program.hpp"
#include "servers/server_url.hpp"

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using trifle::stats::test::address_of;
using trifle::stats::test::with_address;
using trifle::test::expect_every_command_works;
using trifle::test::Folder;
using Ran = trifle::test::Run;
using trifle::test::Setting;

class RedisProgram : public testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("TRIFLE_TEST_REDIS_URL");
    if (url == nullptr) GTEST_SKIP() << "TRIFLE_TEST_REDIS_URL is not set: scripts/services starts the server";
    bare_ = "redis://" + address_of(url);
    static int count = 0;
    prefix_ = "cli_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  }

  Ran trifle(std::vector<std::string> words, const std::string& input = {}) const {
    words.insert(words.end(), {"--prefix", prefix_, "--db", bare_});
    auto setting = secret_;
    setting.input = input;
    return folder_.trifle(words, setting);
  }

  Folder folder_;
  std::string bare_;  // without its password
  std::string prefix_;
  const Setting secret_{.environment = {{"TRIFLE_PASSWORD", "trifle"}}};
};

TEST_F(RedisProgram, EveryCommandWorks) {
  EXPECT_EQ(trifle({"setup"}).out, "Redis setup complete for " + prefix_ + "\n");
  expect_every_command_works([&](auto words, const auto& input) { return trifle(words, input); }, {.driver = "redis"});
}

TEST_F(RedisProgram, EveryCommandWorksOnACluster) {
  const char* url = std::getenv("TRIFLE_TEST_REDIS_CLUSTER_URL");
  if (url == nullptr) GTEST_SKIP() << "TRIFLE_TEST_REDIS_CLUSTER_URL is not set: scripts/services starts the cluster";
  bare_ = "redis+cluster://" + address_of(url) + "," + address_of(url);
  EXPECT_EQ(trifle({"setup"}).out, "Redis setup complete for " + prefix_ + "\n");
  expect_every_command_works([&](auto words, const auto& input) { return trifle(words, input); }, {.driver = "redis"});
  const auto run = folder_.trifle({"keys", "--db", bare_}, {.environment = {{"TRIFLE_PASSWORD", "hunter2"}}});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, Not(HasSubstr("hunter2")));
}

TEST_F(RedisProgram, FieldsWorkAsAUrlDoes) {
  ASSERT_EQ(trifle({"track", "orders", "count=1", "--at", "2026-07-15T10:00:00Z"}).code, 0);
  const auto address = address_of(bare_);
  const auto colon = address.rfind(':');
  const auto run = folder_.trifle(
      {"get", "orders", "--driver", "redis", "--host", address.substr(0, colon), "--port", address.substr(colon + 1),
       "--prefix", prefix_, "--from", "2026-07-15", "--to", "2026-07-15", "--granularity", "1d", "--csv"},
      secret_);
  EXPECT_EQ(run.out, "at,count\n2026-07-15T00:00:00Z,1\n") << run.err;
}

TEST_F(RedisProgram, WhatItCannotDoIsSaid) {
  EXPECT_THAT(trifle({"setup", "--joined", "separated"}).err, HasSubstr("redis has full identifiers only"));
  EXPECT_THAT(trifle({"setup", "--tls", "require"}).err, HasSubstr("no TLS"));
  EXPECT_THAT(folder_.trifle({"keys", "--db", "rediss://localhost"}).err, HasSubstr("rediss:// asks for TLS"));
  auto run = folder_.trifle({"keys", "--db", bare_}, {.environment = {{"TRIFLE_PASSWORD", "hunter2"}}});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("refuses the user or the password"), Not(HasSubstr("hunter2"))));
  run = folder_.trifle({"keys", "--db", bare_}, {});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("asks for a password"));
  run = folder_.trifle({"keys", "--db", with_address(bare_, "127.0.0.1:1")}, secret_);
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, AllOf(StartsWith("trifle: "), HasSubstr("can't be reached")));
}

}  // namespace
