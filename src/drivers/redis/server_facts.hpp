#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "drivers/redis/connection.hpp"

namespace trifle::stats::detail::redis {

/// What a server is taken for.
enum class Kind { Server, Node };

/// Where the server keeps less than it is given, in words; nothing where it doesn't let itself be asked. Throws
/// StorageError for a node of a cluster that is taken for a server.
std::vector<std::string> weaknesses(Connection& connection, Kind kind, std::string_view operation);

}  // namespace trifle::stats::detail::redis
