#pragma once

#include <vector>

#include "contract/backends.hpp"

namespace trifle::stats::test {

/// MongoDB's protocol in transactions and row by row, on the servers that are there. Each folder has a database of its
/// own.
std::vector<Backend> mongo_backends();

}  // namespace trifle::stats::test
