#pragma once

#include <cstdlib>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::test {

/// One kind of server that a driver speaks to.
struct ServerKind {
  std::string name;         ///< "postgres", "postgres18", "mariadb", "mysql"
  std::string environment;  ///< the variable that holds the URL of the test server

  bool available() const {
    const char* const value = std::getenv(environment.c_str());
    return value && *value;
  }
  /// Of the shared database; throws std::runtime_error where there is none.
  std::string url() const {
    if (!available()) throw std::runtime_error(environment + " is not set");
    return std::getenv(environment.c_str());
  }

  friend std::ostream& operator<<(std::ostream& out, const ServerKind& kind) { return out << kind.name; }
};

/// Those whose server is there.
inline std::vector<ServerKind> available_of(std::vector<ServerKind> kinds) {
  std::erase_if(kinds, [](const ServerKind& kind) { return !kind.available(); });
  return kinds;
}

/// The identities and what tests call them.
inline constexpr std::pair<Identity, const char*> kIdentities[] = {
    {Identity::Full, "full"}, {Identity::Partial, "partial"}, {Identity::Separated, "separated"}};

}  // namespace trifle::stats::test
