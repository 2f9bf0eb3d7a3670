#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <trifle/stats/instant.hpp>

namespace trifle::stats {

/// A snapshot of how writing goes, since construction. An operation is one call of `track` or `assert_values`, or one
/// measurement of a `Batch`.
struct Health {
  std::uint64_t queued_operations = 0;           ///< accepted, not yet written
  std::uint64_t queued_entries = 0;              ///< what they were merged into
  std::uint64_t queued_rows = 0;                 ///< rows that these become at most, system rows aside
  std::uint64_t queued_bytes = 0;                ///< memory that they take, about
  std::chrono::nanoseconds oldest_unwritten{0};  ///< how long the oldest of them has waited, at most

  std::uint64_t written_operations = 0;
  std::uint64_t written_rows = 0;
  std::uint64_t written_batches = 0;
  std::uint64_t failed_operations = 0;  ///< of writes that their caller was told had failed: direct ones and batches

  std::uint64_t retried_batches = 0;     ///< sent again after a failure
  std::uint64_t retried_conflicts = 0;   ///< transactions run again after a deadlock or the like, by the driver itself
  std::uint64_t unknown_operations = 0;  ///< may or may not have been written, and no ledger could tell
  std::uint64_t dropped_full = 0;        ///< operations that found the buffer full
  std::uint64_t dropped_refused = 0;     ///< rows that the database will never take
  std::uint64_t dropped_unwritten = 0;   ///< operations left at destruction

  std::uint64_t flushes = 0;  ///< of the buffer: attempts to write a batch
  std::chrono::nanoseconds flush_last{0};
  std::chrono::nanoseconds flush_p50{0};  ///< at most an eighth too long
  std::chrono::nanoseconds flush_p99{0};
  std::chrono::nanoseconds flush_max{0};

  std::string last_error;  ///< empty: none yet
  std::optional<Instant> last_error_at;
};

/// What `close` did.
struct CloseReport {
  std::uint64_t written = 0;  ///< operations written by this call
  std::uint64_t kept = 0;     ///< still unwritten when the deadline came
  std::uint64_t dropped = 0;  ///< given up
};

}  // namespace trifle::stats
