#pragma once

#include <vector>

#include "contract/backends.hpp"

namespace trifle::stats::test {

/// MariaDB and MySQL in each identity, as far as their servers are there.
std::vector<Backend> mysql_shared_backends();

/// Each server on a connection that the application lends.
std::vector<Backend> mysql_lent_backends();

}  // namespace trifle::stats::test
