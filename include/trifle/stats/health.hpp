#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <trifle/stats/instant.hpp>

namespace trifle::stats {

/// A snapshot of how writing goes, since construction. An operation is one call of `track` or `assert_values`, or one
/// measurement of a `Batch`.
struct Health {
  std::uint64_t queued_operations = 0;  ///< accepted, not yet written
  std::uint64_t written_operations = 0;
  std::uint64_t written_rows = 0;
  std::uint64_t written_batches = 0;
  std::uint64_t failed_operations = 0;  ///< refused by the database, or with unknown outcome; the caller was told
  std::string last_error;               ///< empty: none yet
  std::optional<Instant> last_error_at;
};

/// What `close` did.
struct CloseReport {
  std::uint64_t written = 0;  ///< operations written by this call
  std::uint64_t kept = 0;     ///< still unwritten when the deadline came
  std::uint64_t dropped = 0;  ///< given up
};

}  // namespace trifle::stats
