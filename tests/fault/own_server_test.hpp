#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>
#include <trifle/stats/driver.hpp>

#include "servers/server_control.hpp"

namespace trifle::stats::test {

/// A kind of server that a test may start for itself, and the driver that speaks to it.
struct OwnServerKind {
  std::string name;
  std::function<Driver(const std::string& url)> make;  ///< with the options that a driver has by default
  std::function<Driver(const std::string& url, std::chrono::milliseconds connect_timeout)> make_impatient;

  friend std::ostream& operator<<(std::ostream& out, const OwnServerKind& kind) { return out << kind.name; }
};

/// The suite; a server's own file instantiates it.
class OwnServerTest : public testing::TestWithParam<OwnServerKind> {
 protected:
  void SetUp() override {
    if (!OwnServer::available(GetParam().name)) GTEST_SKIP() << "no server of one's own can be started";
    server.emplace(GetParam().name);
  }

  std::optional<OwnServer> server;
};

/// A server whose disk is full. It needs a machine that lets us mount one.
class FullDiskTest : public testing::TestWithParam<OwnServerKind> {
 protected:
  void SetUp() override {
    if (!OwnServer::available(GetParam().name)) GTEST_SKIP() << "no server of one's own can be started";
  }
};

}  // namespace trifle::stats::test
