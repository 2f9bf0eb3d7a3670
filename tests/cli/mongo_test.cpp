// The program against servers that speak MongoDB's protocol.

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>

#include "every_command.hpp"
#include "program.hpp"
#include "servers/authority.hpp"
#include "servers/server_url.hpp"
#include "servers/tls_terminator.hpp"

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using trifle::stats::test::address_of;
using trifle::stats::test::Authority;
using trifle::stats::test::TlsTerminator;
using trifle::stats::test::with_address;
using trifle::test::expect_every_command_works;
using trifle::test::Folder;
using Ran = trifle::test::Run;

class MongoProgram : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const char* url = std::getenv(GetParam());
    if (url == nullptr) GTEST_SKIP() << GetParam() << " is not set: scripts/services starts the server";
    static int count = 0;
    database_ = "cli_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    url_ = std::string(url) + "/" + database_;
  }

  Ran trifle(std::vector<std::string> words, const std::string& input = {}) const {
    words.insert(words.end(), {"--db", url_});
    return folder_.trifle(words, {.input = input});
  }

  Folder folder_;
  std::string database_;
  std::string url_;
};

INSTANTIATE_TEST_SUITE_P(Servers, MongoProgram, testing::Values("TRIFLE_TEST_MONGO_URL", "TRIFLE_TEST_DOCUMENTDB_URL"),
                         [](const auto& server) { return std::string(server.param).substr(12); });

TEST_P(MongoProgram, EveryCommandWorks) {
  for (const std::string joined : {"full", "separated"}) {
    SCOPED_TRACE(joined);
    const auto with = [&](std::vector<std::string> words, const std::string& input = {}) {
      words.insert(words.end(), {"--joined", joined, "--collection", "stats_" + joined});
      return trifle(words, input);
    };
    EXPECT_EQ(with({"setup", "--check"}).code, 1);
    EXPECT_THAT(with({"setup"}).out, HasSubstr("Mongo setup complete for stats_" + joined + "\n"));
    expect_every_command_works(with, {.driver = "mongo"});
  }
}

TEST_P(MongoProgram, FieldsWorkAsAUrlDoes) {
  ASSERT_EQ(trifle({"setup"}).code, 0);
  ASSERT_EQ(trifle({"track", "orders", "count=1", "--at", "2026-07-15T10:00:00Z"}).code, 0);
  const auto address = address_of(url_);
  const auto colon = address.rfind(':');
  const auto run = folder_.trifle({"get", "orders", "--driver", "mongodb", "--host", address.substr(0, colon), "--port",
                                   address.substr(colon + 1), "--database", database_, "--from", "2026-07-15", "--to",
                                   "2026-07-15", "--granularity", "1d", "--csv"});
  EXPECT_EQ(run.out, "at,count\n2026-07-15T00:00:00Z,1\n") << run.err;
}

TEST_P(MongoProgram, EncryptionThatIsAskedForIsHadOrThereIsNone) {
  auto run = trifle({"keys", "--tls", "require", "--timeout", "1s"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, AllOf(StartsWith("trifle: "), HasSubstr("can be reached")));

  const Authority authority(folder_.path().string(), "trusted");
  const Authority other(folder_.path().string(), "unknown");
  const auto address = address_of(url_);
  const TlsTerminator encrypted(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))),
                                authority.issue("server", "DNS:localhost"));
  const auto code = [&](const std::string& host, const std::string& tls, const std::string& ca) {
    std::vector<std::string> words{"setup", "--tls", tls, "--db",
                                   with_address(url_, host + ":" + std::to_string(encrypted.port()))};
    if (!ca.empty()) words.insert(words.end(), {"--tls-ca", ca});
    run = folder_.trifle(words);
    return run.code;
  };
  EXPECT_EQ(code("localhost", "verify-full", authority.file()), 0) << run.err;
  EXPECT_EQ(code("127.0.0.1", "verify-ca", authority.file()), 0) << run.err;
  EXPECT_EQ(code("127.0.0.1", "require", ""), 0) << run.err;
  EXPECT_EQ(code("127.0.0.1", "verify-full", authority.file()), 1) << "made out to another name";
  EXPECT_EQ(code("localhost", "verify-full", other.file()), 1);
  EXPECT_EQ(code("localhost", "verify-ca", other.file()), 1);
}

TEST(MongoProgramTest, WhatItCannotDoIsSaid) {
  const Folder folder;
  EXPECT_THAT(folder.trifle({"keys", "--db", "mongodb://h/?tls=yes"}).err, HasSubstr("tls"));
  EXPECT_THAT(folder.trifle({"keys", "--db", "mongodb://h", "--tls-key", "k.pem"}).err, HasSubstr("--tls-cert"));
  EXPECT_THAT(folder.trifle({"keys", "--db", "mongodb://h/x", "--host", "i"}).err, HasSubstr("say it in the URL"));
  const auto run =
      folder.trifle({"keys", "--db", "mongodb://me@127.0.0.1:1/x"}, {.environment = {{"TRIFLE_PASSWORD", "hunter2"}}});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("can be reached"), Not(HasSubstr("hunter2"))));
}

}  // namespace
