#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <trifle/stats/dropped.hpp>
#include <trifle/stats/instant.hpp>
#include <trifle/stats/payload.hpp>

#include "driver/change.hpp"

namespace trifle::stats::detail {

/// One call of track or assert_values, checked and copied: what a driver that knows no rows is given.
struct Measurement {
  Change change = Change::Increment;
  std::string key;
  Instant at;                         ///< as it was given, in no bucket yet
  std::vector<Payload::Item> values;  ///< each path once, in its stored form; no path is both a number and a map
  bool untracked = false;
};

/// Memory that it takes, about.
std::size_t memory_of(const Measurement& measurement);

/// As `on_drop` is told of it: `granularity` is empty.
DroppedRow contents_of(Measurement measurement);

}  // namespace trifle::stats::detail
