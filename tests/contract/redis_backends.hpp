#pragma once

#include <vector>

#include "contract/backends.hpp"

namespace trifle::stats::test {

/// Redis over TCP, over its Unix socket, and as a user who may not run scripts, and a cluster,
/// and Valkey, where these are there.
/// Each folder has names of its own on it.
std::vector<Backend> redis_backends();

}  // namespace trifle::stats::test
