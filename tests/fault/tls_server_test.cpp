// What TLS is asked for is what there is, with certificates that the test makes for itself: the line between is
// listened to, so that it shows what was encrypted, and what was never sent.

#include "fault/tls_server_test.hpp"

#include <gmock/gmock.h>

#include "contract/batches.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {

using drivers::Tls;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TlsServerTest);

void TlsServerTest::SetUp() {
  if (!OwnServer::available(GetParam().name)) GTEST_SKIP() << "no server of one's own can be started";
  authority.emplace(folder.path().string(), "trusted");
}

void TlsServerTest::start(const std::string& tls) {
  server.emplace(GetParam().name, OwnServerOptions{.tls = tls});
  const auto address = address_of(server->url());
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  relay.emplace(port);
  direct = GetParam().make({.port = port}).release();
  direct->setup(Setup::Create);
}

std::string TlsServerTest::outcome(TlsAsked asked) {
  asked.port = relay->port();
  std::string said;
  try {
    const auto driver = GetParam().make(asked).release();
    write(*driver, {{.increments = {{"n", 1}}}});
    ++sum;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Connection) << error.what();
    EXPECT_EQ(error.outcome(), Outcome::NotApplied) << error.what();
    said = error.what() + (" | " + error.native_text());
  }
  heard = relay->heard();
  const auto row = read_one(*direct);
  EXPECT_EQ(row.empty() ? Number(0) : row.at("n"), Number(sum)) << said;
  return said;
}

TEST_P(TlsServerTest, WhatWasAskedForIsThereOrNothingIsSent) {
  start(authority->issue("server", "DNS:localhost"));
  const Authority other(folder.path().string(), "unknown");
  const auto ca = authority->file();
  const auto name = GetParam().localhost;
  const std::string table = "trifle_stats";  // in every statement

  EXPECT_EQ(outcome({.tls = Tls::Off}), "");
  EXPECT_THAT(heard, HasSubstr(table)) << "off is off, and the listener hears";

  const TlsAsked encrypted[] = {
      {.tls = Tls::VerifyFull, .ca_file = ca, .host = name},
      {.tls = Tls::VerifyCa, .ca_file = ca, .host = name},
      {.tls = Tls::VerifyCa, .ca_file = ca},  // made out to another name: not looked at
      {.tls = Tls::Require},
      {.tls = Tls::Prefer},
  };
  for (const auto& asked : encrypted) {
    SCOPED_TRACE(testing::Message() << static_cast<int>(asked.tls) << " as " << asked.host);
    EXPECT_EQ(outcome(asked), "");
    EXPECT_THAT(heard, Not(HasSubstr(table)));
    EXPECT_THAT(heard, Not(HasSubstr("trifle")));
  }

  const TlsAsked refused[] = {
      {.tls = Tls::VerifyFull, .ca_file = other.file(), .host = name},
      {.tls = Tls::VerifyCa, .ca_file = other.file(), .host = name},
      {.tls = Tls::VerifyFull, .ca_file = ca},  // made out to another name
      {.tls = Tls::VerifyFull, .host = name},   // nobody whom this machine trusts has signed it
      {.tls = Tls::VerifyFull, .ca_file = folder.file("none.pem"), .host = name},
      {.tls = Tls::VerifyCa, .ca_file = folder.file("none.pem"), .host = name},
  };
  for (const auto& asked : refused) {
    SCOPED_TRACE(testing::Message() << static_cast<int>(asked.tls) << " as " << asked.host << ", " << asked.ca_file);
    EXPECT_THAT(outcome(asked), HasSubstr("can't be encrypted as was asked for"));
    EXPECT_THAT(heard, Not(HasSubstr("trifle"))) << "nobody logged in";
  }

  const auto certified = [&](const std::string& shown) {
    TlsAsked asked{.tls = Tls::VerifyFull, .ca_file = ca, .host = name, .user = "certified"};
    if (!shown.empty()) {
      asked.certificate_file = shown + "/certificate.pem";
      asked.key_file = shown + "/key.pem";
    }
    return outcome(asked);
  };
  GetParam().make_certified(server->url());
  EXPECT_THAT(certified({}), Not(IsEmpty()));
  EXPECT_EQ(certified(authority->issue("client", "DNS:client.example")), "");
}

TEST_P(TlsServerTest, AServerWithoutItIsRefused) {
  start("off");
  for (const auto tls : {Tls::Off, Tls::Prefer}) EXPECT_EQ(outcome({.tls = tls}), "");
  for (const auto tls : {Tls::Require, Tls::VerifyCa, Tls::VerifyFull}) {
    SCOPED_TRACE(static_cast<int>(tls));
    EXPECT_THAT(outcome({.tls = tls, .ca_file = tls == Tls::Require ? "" : authority->file()}),
                testing::AnyOf(HasSubstr("can't be encrypted as was asked for"), HasSubstr("TLS was asked for")));
    EXPECT_THAT(heard, Not(HasSubstr("trifle_stats"))) << "no statement";
    if (tls == Tls::VerifyFull || !GetParam().tells_user_first) {
      EXPECT_THAT(heard, Not(HasSubstr("trifle"))) << "nobody logged in";
    }
  }
}

}  // namespace trifle::stats::test
