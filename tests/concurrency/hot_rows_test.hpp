#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <trifle/stats/driver.hpp>

#include "contract/temp_folder.hpp"

namespace trifle::stats::test {

/// A server whose rows several processes write at once.
struct HotServer {
  std::string name;
  std::function<std::string(const TempFolder&)> url;                     ///< of what belongs to the folder
  std::vector<std::function<Driver(const std::string& url)>> tables_of;  ///< drivers, each of a table of its own

  friend std::ostream& operator<<(std::ostream& out, const HotServer& server) { return out << server.name; }
};

/// The suite; a server's own file instantiates it.
class HotRowsTest : public testing::TestWithParam<HotServer> {};

}  // namespace trifle::stats::test
