#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>
#include <trifle/stats/driver.hpp>
#include <trifle/stats/drivers/tls.hpp>

#include "contract/temp_folder.hpp"
#include "driver/row_driver.hpp"
#include "servers/authority.hpp"
#include "servers/relay.hpp"
#include "servers/server_control.hpp"

namespace trifle::stats::test {

/// A connection as it is asked for; files as the drivers take them.
struct TlsAsked {
  drivers::Tls tls = drivers::Tls::Prefer;
  std::string ca_file = {};
  std::string certificate_file = {};
  std::string key_file = {};
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string user = "trifle";
};

/// The same, as a driver takes it.
template <class Server>
Server server_of(const TlsAsked& asked) {
  return {.host = asked.host,
          .port = asked.port,
          .user = asked.user,
          .password = "trifle",
          .database = "trifle",
          .tls = asked.tls,
          .ca_file = asked.ca_file,
          .certificate_file = asked.certificate_file,
          .key_file = asked.key_file};
}

/// A server with TLS, and the driver that speaks to it.
struct TlsKind {
  std::string name;
  std::function<Driver(const TlsAsked&)> make;
  std::string localhost;  ///< that name, as the client library takes it for one to connect to over TCP
  bool tells_user_first;  ///< a server without TLS sees who logs in before `Require` and `VerifyCa` refuse it
  /// Makes the user "certified", who must show a certificate of his own.
  std::function<void(const std::string& url)> make_certified;

  friend std::ostream& operator<<(std::ostream& out, const TlsKind& kind) { return out << kind.name; }
};

/// The suite; a server's own file instantiates it.
class TlsServerTest : public testing::TestWithParam<TlsKind> {
 protected:
  void SetUp() override;

  /// Starts the server and makes the tables; `tls` as OwnServer takes it.
  void start(const std::string& tls);

  /// Adds one through a line that is listened to. Returns what it comes to, empty where it works, and checks that the
  /// server holds it then, and nothing more otherwise.
  std::string outcome(TlsAsked asked);

  TempFolder folder;
  std::optional<Authority> authority;
  std::optional<OwnServer> server;
  std::optional<Relay> relay;
  std::unique_ptr<detail::RowDriver> direct;
  std::string heard;  ///< what the client of the last outcome said, as it went over the line
  std::int64_t sum = 0;
};

}  // namespace trifle::stats::test
