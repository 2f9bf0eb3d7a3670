#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <trifle/stats/driver.hpp>

#include "values/field.hpp"

namespace trifle::stats::detail {

/// Where a driver puts the rows that it reads. Rows may come in any order; several for one bucket (spellings of earlier
/// generations) are summed by the sink.
class RowSink {
 public:
  virtual ~RowSink() = default;

  /// A row of the bucket `at` (unix seconds) as JSON text. Throws CorruptData where the text can't be read; the driver
  /// lets it pass through and leaves its connection usable.
  virtual void json(std::int64_t at, std::string_view text) = 0;

  /// The same, already taken apart.
  virtual void fields(std::int64_t at, std::span<const Field> fields) = 0;
};

/// Which rows to read: one series, at some buckets.
struct RowRange {
  std::string_view key;
  std::string_view granularity;
  std::span<const std::int64_t> buckets;  ///< unix seconds, ascending, without gaps that hold rows of the timeline
};

/// The latest status of a key, as it is stored.
struct StoredStatus {
  std::int64_t at = 0;  ///< unix seconds
  std::string json;     ///< the packed object: data.<path> members and `at`

  friend bool operator==(const StoredStatus&, const StoredStatus&) = default;
};

/// What every driver can do, however it writes. Any call from any thread, unless traits().background is false.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual const Traits& traits() const noexcept = 0;

  /// Transactions that the database ended for the sake of another and that the driver ran again, see ConflictRetry.
  virtual std::uint64_t retries() const noexcept { return 0; }

  virtual SetupReport setup(Setup what) = 0;
  virtual void read(const RowRange& range, RowSink& sink) = 0;

  /// Replaces the status of a key. `values` is the packed object, see StoredStatus.
  virtual void beam(std::string_view key, const StoredStatus& status) = 0;
  virtual std::optional<StoredStatus> scan(std::string_view key) = 0;
};

}  // namespace trifle::stats::detail
