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
enum class Atomicity { Batch, Row };

/// What a driver promises, as `Stats::describe` returns it.
struct Traits {
  std::string backend;  ///< "sqlite", "process", …
  Identity identity = Identity::Full;
  Atomicity atomicity = Atomicity::Batch;
  bool exact_integers = true;        ///< 64-bit integers are stored, added and read exactly
  bool ledger = false;               ///< a batch sent twice under one id is applied once
  bool background = true;            ///< may be used by other threads than the one that made it
  std::size_t max_key_length = 255;  ///< code points of the joined identifier
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
class RowDriver;
}

/// A connection to one backend, made by a function of `trifle::stats::drivers` and given to a `Stats`, which owns it.
/// Movable, opaque; nothing can be asked of it before.
class Driver {
 public:
  explicit Driver(std::unique_ptr<detail::RowDriver> driver) noexcept;
  Driver(Driver&&) noexcept;
  Driver& operator=(Driver&&) noexcept;
  ~Driver();

  /// Private to the library: takes the driver out.
  std::unique_ptr<detail::RowDriver> release() noexcept;

 private:
  std::unique_ptr<detail::RowDriver> driver_;
};

}  // namespace trifle::stats
