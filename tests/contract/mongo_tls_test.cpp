// TLS as the URL asks for it, with certificates that the test makes for itself. Something in front of the servers
// speaks it for them, so that both are asked alike; the line to it is listened to, and shows what was encrypted and
// what was never sent.

#include <gmock/gmock.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <trifle/stats/drivers/mongo.hpp>

#include "contract/batches.hpp"
#include "contract/mongo_connection.hpp"
#include "contract/temp_folder.hpp"
#include "servers/authority.hpp"
#include "servers/relay.hpp"
#include "servers/server_url.hpp"
#include "servers/tls_terminator.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class MongoTlsTest : public testing::TestWithParam<MongoServer> {
 protected:
  void SetUp() override {
    if (!mongo_available(GetParam())) GTEST_SKIP() << GetParam().variable << " is not set";
    url_ = mongo_url(GetParam(), folder_);
    const auto address = address_of(url_);
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    authority_.emplace(folder_.path().string(), "trusted");
    direct_ = drivers::mongo(url_).release();
    direct_->setup(Setup::Create);
  }

  /// From now on this is in front of the server.
  void show(const std::string& certificate, const std::string& clients = {}) {
    terminator_.emplace(port_, certificate, clients);
    line_.emplace(terminator_->port());
  }

  /// Adds one and reads it back over the line. What it comes to, empty where it works; the server holds it then, and
  /// nothing more otherwise.
  std::string outcome(const std::string& host, const std::string& options) {
    std::string said;
    try {
      const auto url = with_address(url_, host + ":" + std::to_string(line_->port())) + "?" + options;
      const auto driver = drivers::mongo(url, {.connect_timeout = 2s}).release();
      write(*driver, {{.increments = {{"n", 1}}}});
      ++sum_;
      EXPECT_EQ(read_one(*driver), (Values{{"n", sum_}}));
    } catch (const Error& error) {
      // What knows no TLS may also wait for the rest of what it takes for a message.
      EXPECT_THAT(error.code(), AnyOf(ErrorCode::Connection, ErrorCode::Timeout)) << error.what();
      EXPECT_EQ(error.outcome(), Outcome::NotApplied) << error.what();
      EXPECT_TRUE(error.retry_is_safe()) << error.what();
      said = error.what() + (" | " + error.native_text());
    }
    heard_ = line_->heard();
    EXPECT_EQ(read_one(*direct_), sum_ == 0 ? Values{} : (Values{{"n", sum_}})) << said;
    return said;
  }

  /// What is in a driver's first words already: its name, and the command by which a client says hello.
  void expect_nothing_in_clear() const {
    for (const auto* word : {"mongoc", "aster", "trifle", "event::signup"}) EXPECT_THAT(heard_, Not(HasSubstr(word)));
  }

  TempFolder folder_;
  std::string url_;
  std::uint16_t port_ = 0;
  std::optional<Authority> authority_;
  std::optional<TlsTerminator> terminator_;
  std::optional<Relay> line_;
  std::unique_ptr<detail::RowDriver> direct_;
  std::string heard_;  ///< what the client of the last outcome said, as it went over the line
  std::int64_t sum_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Servers, MongoTlsTest, testing::Values(kSecantus, kDocumentDb),
                         [](const auto& server) { return std::string(server.param.name); });

TEST_P(MongoTlsTest, WhatWasAskedForIsThereOrNothingIsSent) {
  show(authority_->issue("server", "DNS:localhost"));
  const Authority other(folder_.path().string(), "unknown");
  const auto trusting = [](const std::string& file) { return "tls=true&tlsCAFile=" + file; };
  const auto ca = authority_->file();

  const std::pair<const char*, std::string> encrypted[] = {
      {"localhost", trusting(ca)},
      {"127.0.0.1", trusting(ca) + "&tlsAllowInvalidHostnames=true"},
      {"localhost", "tls=true&tlsAllowInvalidCertificates=true"},
  };
  for (const auto& [host, options] : encrypted) {
    SCOPED_TRACE(host + (" with " + options));
    const auto before = terminator_->bytes_received();
    EXPECT_EQ(outcome(host, options), "");
    EXPECT_GT(terminator_->bytes_received(), before);
    EXPECT_THAT(heard_, Not(IsEmpty()));
    expect_nothing_in_clear();
  }

  const auto before = terminator_->bytes_received();
  const std::pair<const char*, std::string> refused[] = {
      {"localhost", trusting(other.file())},
      {"127.0.0.1", trusting(ca)},  // made out to another name
      {"localhost", "tls=true"},    // nobody whom this machine trusts has signed it
  };
  for (const auto& [host, options] : refused) {
    SCOPED_TRACE(host + (" with " + options));
    EXPECT_THAT(outcome(host, options), AllOf(HasSubstr("can be reached"), HasSubstr("certificate verify failed")));
    expect_nothing_in_clear();
  }
  EXPECT_THAT(outcome("localhost", trusting(folder_.file("none.pem"))), HasSubstr("can be reached"));
  expect_nothing_in_clear();
  EXPECT_EQ(terminator_->bytes_received(), before) << "nothing is said to whom isn't trusted";
}

TEST_P(MongoTlsTest, AServerWithoutItIsRefused) {
  line_.emplace(port_);
  EXPECT_EQ(outcome("127.0.0.1", "tls=false"), "");
  EXPECT_THAT(heard_, HasSubstr("event::signup")) << "off is off, and the listener hears";
  EXPECT_THAT(outcome("localhost", "tls=true&tlsCAFile=" + authority_->file()), HasSubstr("can be reached"));
  expect_nothing_in_clear();
}

TEST_P(MongoTlsTest, ACertificateOfItsOwnIsShown) {
  show(authority_->issue("server", "DNS:localhost"), authority_->file());
  const auto trusting = "tls=true&tlsCAFile=" + authority_->file();
  const auto shown_by = [&](const Authority& signer, const std::string& name) {
    const auto place = signer.issue(name, "DNS:client.example");
    std::ofstream(place + "/both.pem") << std::ifstream(place + "/certificate.pem").rdbuf()
                                       << std::ifstream(place + "/key.pem").rdbuf();
    return trusting + "&tlsCertificateKeyFile=" + place + "/both.pem";
  };
  EXPECT_THAT(outcome("localhost", trusting), HasSubstr("can be reached"));
  EXPECT_THAT(outcome("localhost", shown_by(Authority(folder_.path().string(), "unknown"), "client")),
              HasSubstr("can be reached"));
  EXPECT_EQ(outcome("localhost", shown_by(*authority_, "client")), "");
  expect_nothing_in_clear();
}

}  // namespace
}  // namespace trifle::stats::test
