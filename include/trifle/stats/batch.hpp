#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string_view>

#include <trifle/stats/instant.hpp>
#include <trifle/stats/payload.hpp>

namespace trifle {
class Stats;
}

namespace trifle::stats {

/// What may be said of one track or assert.
struct TrackOptions {
  /// Count the call in the system rows under `__untracked__` instead of its key. The numbers are written all the same.
  bool untracked = false;
};

/// Many measurements, merged in memory and written together: a backfill, an import.
///
/// Any number of measurements become few rows, so `commit` now and then rather than after each. Made by
/// `Stats::batch()`; once that Stats is closed or gone, `commit` throws ClosedError. Not for several threads at once;
/// each may have its own. What was not committed is discarded by the destructor.
class Batch {
 public:
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;
  ~Batch();

  /// As `Stats::track` and `Stats::assert_values`, but only into memory. What they refuse leaves the batch as it was.
  void track(std::string_view key, Instant at, std::initializer_list<Entry> values, TrackOptions options = {});
  void track(std::string_view key, Instant at, const Payload& values, TrackOptions options = {});
  void assert_values(std::string_view key, Instant at, std::initializer_list<Entry> values, TrackOptions options = {});
  void assert_values(std::string_view key, Instant at, const Payload& values, TrackOptions options = {});

  std::size_t operations() const noexcept;  ///< measurements since the last commit
  std::size_t bytes() const noexcept;       ///< memory held for them, about

  struct Written {
    std::size_t operations = 0;
    std::size_t rows = 0;  ///< rows of the database, system rows included; 0 where the server makes them
  };

  /// Writes all in one transaction and empties the batch. Throws as `Stats::track` does; the batch then still holds
  /// everything, and where `Error::retry_is_safe` says so, `commit` may be called again. Where the driver's atomicity
  /// is a measurement, all are written in their order, and after a failure the batch holds the one that failed and
  /// those behind it.
  Written commit();

 private:
  friend class trifle::Stats;  // makes it
  class Impl;
  explicit Batch(std::unique_ptr<Impl> impl) noexcept;

  std::unique_ptr<Impl> impl_;
};

}  // namespace trifle::stats
