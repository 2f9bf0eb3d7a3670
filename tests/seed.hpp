#pragma once

#include <cstdint>
#include <cstdlib>

namespace trifle::stats::test {

/// Where a random test begins: at TRIFLE_TEST_SEED, which it prints, so that what failed can be seen again.
inline std::uint64_t seed_or(std::uint64_t otherwise) {
  const char* const given = std::getenv("TRIFLE_TEST_SEED");
  return given ? std::strtoull(given, nullptr, 10) : otherwise;
}

}  // namespace trifle::stats::test
