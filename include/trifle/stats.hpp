#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/batch.hpp>
#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/comparison.hpp>
#include <trifle/stats/designators.hpp>
#include <trifle/stats/driver.hpp>
#include <trifle/stats/dropped.hpp>
#include <trifle/stats/error.hpp>
#include <trifle/stats/granularity.hpp>
#include <trifle/stats/health.hpp>
#include <trifle/stats/instant.hpp>
#include <trifle/stats/key_count.hpp>
#include <trifle/stats/number.hpp>
#include <trifle/stats/options.hpp>
#include <trifle/stats/path.hpp>
#include <trifle/stats/payload.hpp>
#include <trifle/stats/recorder.hpp>
#include <trifle/stats/result_text.hpp>
#include <trifle/stats/series.hpp>
#include <trifle/stats/status.hpp>
#include <trifle/stats/transponder.hpp>

namespace trifle {

namespace stats {

struct ValuesOptions {
  /// Leave out the buckets that hold nothing.
  bool skip_blanks = false;
};

}  // namespace stats

/// Tracks numbers over time in a database, and reads them back.
///
/// Every call may come from any thread (with a lent connection: from the thread that lent it). Calls that don't order
/// themselves may land in either order. Every failure is a `stats::Error`.
///
/// A key is 1 to 255 code points of UTF-8 without NUL, joined with granularity and bucket where the identity joins
/// them; `__system__key__` and `__untracked__` are the family's own.
class Stats {
 public:
  /// Takes the driver and checks the options; does not touch the database. Throws InvalidArgument.
  explicit Stats(stats::Driver driver, stats::Options options = {});

  /// Closes, unless `close` was called: one attempt, and for five seconds more where waiting may help (a lock, a lost
  /// connection). A write under way is waited for. What is left then goes to `on_drop`. Never throws.
  ~Stats();

  Stats(Stats&&) noexcept;
  Stats& operator=(Stats&&) noexcept;

  /// Creates the tables that are missing and changes nothing that exists; with `Setup::Check` touches nothing. Tells
  /// where an existing table differs from what this library would create.
  stats::SetupReport setup(stats::Setup what = stats::Setup::Create);

  /// Adds every number to its path in the bucket of each configured granularity, and counts the call in the system
  /// rows. It is merged in memory and written soon, see BufferOptions; without the buffer it is written when the call
  /// returns. Throws InvalidArgument before anything is kept: an empty payload, a number that isn't finite, a name that
  /// is both a number and a map, invalid UTF-8, a key that is empty, too long, holds NUL or is the family's own. A full
  /// buffer throws as its options say.
  void track(std::string_view key, stats::Instant at, std::initializer_list<stats::Entry> values,
             stats::TrackOptions options = {});
  void track(std::string_view key, stats::Instant at, const stats::Payload& values, stats::TrackOptions options = {});

  /// Sets every number at its path; other paths of the same buckets stay. Otherwise as `track`.
  void assert_values(std::string_view key, stats::Instant at, std::initializer_list<stats::Entry> values,
                     stats::TrackOptions options = {});
  void assert_values(std::string_view key, stats::Instant at, const stats::Payload& values,
                     stats::TrackOptions options = {});

  /// A batch of measurements, to be filled and committed. One that outlives this Stats can't be committed any more.
  stats::Batch batch();

  /// The buckets from the one of `from` to the one of `to`, both included. Any granularity may be asked for; what was
  /// never written is absent. Throws InvalidArgument for a malformed granularity and for more than `max_points`
  /// buckets, CorruptData naming the row that can't be read.
  stats::Series values(std::string_view key, stats::Instant from, stats::Instant to, std::string_view granularity,
                       stats::ValuesOptions options = {});

  /// What was tracked in the range and how often, ascending by key; needs `system_tracking` when it was written.
  std::vector<stats::KeyCount> keys(stats::Instant from, stats::Instant to, std::string_view granularity);

  /// For a hot loop: looks up key and paths once, then tracks numbers by position. The paths are spelled as names of a
  /// payload. Throws InvalidArgument as `track`, and for a path twice.
  stats::Recorder recorder(std::string_view key, std::initializer_list<std::string_view> paths) {
    return recorder(key, std::span(paths.begin(), paths.size()));
  }
  stats::Recorder recorder(std::string_view key, std::span<const std::string_view> paths);

  /// Replaces the latest status of a key. Not buffered, not counted in the system rows.
  void beam(std::string_view key, stats::Instant at, const stats::StatusValues& values);
  void beam(std::string_view key, stats::Instant at, std::initializer_list<stats::StatusEntry> values) {
    beam(key, at, stats::StatusValues(values));
  }

  /// The latest status of a key, if there is one.
  std::optional<stats::Status> scan(std::string_view key);

  /// Returns when everything that was accepted before is written. Throws what went wrong, and TimeoutError at the
  /// deadline (with `async` off it is looked at between batches only); what was not written stays queued and is tried
  /// again, so that calling again is safe.
  void flush(std::chrono::milliseconds deadline = std::chrono::seconds(30));

  /// Writes what is left, until the deadline, and releases the backend; a batch that is being written then is still
  /// counted as kept. Afterwards only `health`, `describe` and another `close`, which tries again to write what was
  /// kept, may be called; everything else throws ClosedError.
  stats::CloseReport close(std::chrono::milliseconds deadline = std::chrono::seconds(5));

  /// How writing goes; cheap.
  stats::Health health() const;

  /// What the driver promises.
  const stats::Traits& describe() const noexcept;

  const stats::Options& options() const noexcept;
  const stats::Bucketing& bucketing() const noexcept;

 private:
  class Impl;
  friend class stats::Batch;
  friend class stats::Recorder;
  std::shared_ptr<Impl> impl_;
};

}  // namespace trifle
