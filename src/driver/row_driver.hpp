#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <trifle/stats/driver.hpp>

#include "driver/layout.hpp"
#include "driver/rows.hpp"

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

/// What a row backend must be able to do: six of the seven backends are this and no more. A driver knows one database
/// and nothing of time zones, merging or series. The contract, which tests/contract holds every driver to:
///
/// - **Threads.** Any call from any thread, unless traits().background is false. `read` doesn't wait for a `write`.
/// - **Write.** All rows are applied, or none (Atomicity::Batch). Increments add to what is stored, inside the
///   database's own transaction, so that any number of writers lose nothing; a missing path counts as absent, a stored
///   leaf that isn't a number is replaced. Numeric leaves add exactly as Number does. Other members of a row stay.
/// - **Outcome.** A failure throws an Error that says NotApplied, Applied or Unknown, and whether a retry is safe. Rows
///   that no retry can cure (a sum that would be infinite, stored text that can't be read) are named in Error::rows(),
///   all of them, and the rest of the batch would go through without them.
/// - **Read.** Every stored row of the range reaches the sink, in whatever spelling a sister wrote it. A row outside of
///   the range never does.
/// - **Setup** creates what is missing and changes nothing that exists.
/// - **After a failure** the driver is usable, or heals itself at the next call.
class RowDriver {
 public:
  virtual ~RowDriver() = default;

  /// Makes another driver like this one, with connections of its own, and needs nothing of this one for it: how a child
  /// goes on after fork. Empty where that can't be: what is in memory, or lent.
  using Maker = std::function<std::unique_ptr<RowDriver>()>;
  virtual Maker maker() const { return {}; }

  virtual const Traits& traits() const noexcept = 0;
  virtual const Layout& layout() const noexcept = 0;

  virtual SetupReport setup(Setup what) = 0;
  virtual void write(const Rows& rows) = 0;
  virtual void read(const RowRange& range, RowSink& sink) = 0;

  /// Replaces the status of a key. `values` is the packed object, see StoredStatus.
  virtual void beam(std::string_view key, const StoredStatus& status) = 0;
  virtual std::optional<StoredStatus> scan(std::string_view key) = 0;
};

}  // namespace trifle::stats::detail
