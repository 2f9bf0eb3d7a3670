#pragma once

#include <cstdint>
#include <string>

namespace trifle::stats {

/// A metric key and how many calls named it.
struct KeyCount {
  std::string key;
  std::int64_t count = 0;

  friend bool operator==(const KeyCount&, const KeyCount&) = default;
};

}  // namespace trifle::stats
