#pragma once

#include <vector>

#include "contract/backends.hpp"

namespace trifle::stats::test {

/// PostgreSQL 15 and 18 in each identity, as far as their servers are there, with the statements for Citus too, and on
/// tables that the sisters' setup made.
std::vector<Backend> postgres_shared_backends();

/// The same on a connection that the application lends.
std::vector<Backend> postgres_own_backends();

}  // namespace trifle::stats::test
