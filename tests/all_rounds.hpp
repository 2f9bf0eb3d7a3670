#pragma once

#include <cstdlib>

namespace trifle::stats::test {

/// Whether tests go all their rounds, rather than as many as a run of everything has time for.
inline bool all_rounds() { return std::getenv("TRIFLE_TEST_FULL") != nullptr; }

}  // namespace trifle::stats::test
