#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace bench {

/// What a pass over an access log adds up: the fields that `trifle import` tracks.
struct AccessLogSums {
  std::uint64_t lines = 0;
  std::uint64_t skipped = 0;
  std::int64_t bytes = 0;
  std::int64_t seconds = 0;  ///< the sum of all times, so that none can be left out
  std::array<std::uint64_t, 1000> status{};
  std::array<std::uint64_t, 256> method{};  ///< by its first letter
};

/// Reads the file in blocks, with memchr and from_chars, as plainly as it can be done; keeps nothing, writes nothing.
AccessLogSums access_log_pass(const std::string& path);

}  // namespace bench
