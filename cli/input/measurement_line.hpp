#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <trifle/stats/instant.hpp>
#include <trifle/stats/payload.hpp>

namespace trifle::cli {

/// What one NDJSON line says.
struct Measurement {
  std::string key;
  stats::Instant at;
  stats::Payload values;
  bool assert_values = false;
  bool untracked = false;
};

/// Reads {"key":…,"at":…,"values":{…}}, where `at` is RFC 3339 or unix seconds, with an optional
/// "operation":"track"|"assert" and "untracked":true. Throws Failure or the library's InvalidArgument for anything
/// else; members that aren't known are refused too, for a misspelt one would change what is counted.
Measurement parse_measurement(std::string_view json);

}  // namespace trifle::cli
