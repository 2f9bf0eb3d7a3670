#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace trifle::stats {

/// How a row is found in the database, as the family's `joined_identifier`. It decides the table's columns, so all
/// programs that share a table must use the same.
enum class Identity {
  Full,       ///< one column: key, granularity and bucket joined, "event::signup::1h::1784109600"
  Partial,    ///< two: key and granularity joined, and the bucket's time
  Separated,  ///< three: key, granularity, bucket's time
};

/// What of a batch is applied together or not at all.
enum class Atomicity {
  Batch,
  Row,
  Measurement,  ///< one call of `track` or `assert_values`
};

/// What a driver promises, as `Stats::describe` returns it.
struct Traits {
  std::string backend;  ///< "sqlite", "process", …
  Identity identity = Identity::Full;
  Atomicity atomicity = Atomicity::Batch;
  bool exact_integers = true;        ///< 64-bit integers are stored, added and read exactly
  bool ledger = false;               ///< a batch sent twice under one id is applied once
  bool background = true;            ///< may be used by other threads than the one that made it
  std::size_t max_key_length = 255;  ///< code points of the joined identifier
  bool own_buckets = true;           ///< false: the server makes the buckets, by its granularities and its time zone
  bool statuses = true;              ///< `beam` and `scan` work
};

/// What `Stats::setup` should do.
enum class Setup {
  Create,  ///< create what is missing, change nothing that exists
  Check,   ///< touch nothing, only report
};

/// What `Stats::setup` found.
struct SetupReport {
  std::vector<std::string> missing;  ///< tables that aren't there (after Create: none)
  std::vector<std::string> created;  ///< tables that this call created
  std::vector<std::string>
      differences;  ///< where an existing table is weaker than, or different from, what we would create

  bool ok() const noexcept { return missing.empty() && differences.empty(); }
};

namespace detail {
class MeasurementDriver;
class RowDriver;
}  // namespace detail

/// A connection to one backend, made by a function of `trifle::stats::drivers` and given to a `Stats`, which owns it.
/// Movable, opaque; nothing can be asked of it before.
class Driver {
 public:
  explicit Driver(std::unique_ptr<detail::RowDriver> driver) noexcept;
  explicit Driver(std::unique_ptr<detail::MeasurementDriver> driver) noexcept;
  Driver(Driver&&) noexcept;
  Driver& operator=(Driver&&) noexcept;
  ~Driver();

  /// Private to the library: takes the driver out; null where it is of the other kind.
  std::unique_ptr<detail::RowDriver> release() noexcept;
  std::unique_ptr<detail::MeasurementDriver> release_measurement_driver() noexcept;

 private:
  std::unique_ptr<detail::RowDriver> driver_;
  std::unique_ptr<detail::MeasurementDriver> measurement_driver_;
};

}  // namespace trifle::stats
