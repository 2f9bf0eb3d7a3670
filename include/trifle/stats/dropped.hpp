#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <trifle/stats/instant.hpp>
#include <trifle/stats/payload.hpp>

namespace trifle::stats {

/// Why measurements were given up.
enum class DropReason {
  Full,       ///< the buffer was full, and `OnFull::Drop` gives up the newcomer
  Refused,    ///< the database will never take this row: its sum would be infinite, its stored text is broken, …
  Unknown,    ///< it may or may not be in the database, see OnUnknown
  Unwritten,  ///< the Stats was destroyed before the database took it
};

/// Numbers that were not written.
struct DroppedRow {
  std::string key;
  std::string granularity;  ///< empty: a measurement that was in no bucket yet; track it again to have it in all
  Instant at;               ///< the bucket; of a measurement an instant that lies in the same buckets as its own
  std::vector<Payload::Item> increments;
  std::vector<Payload::Item> sets;
};

/// What the library gives up, with its contents, as `Options::on_drop` is told.
struct Dropped {
  DropReason reason = DropReason::Refused;
  std::string error;           ///< what the database said, if it was asked
  std::size_t operations = 0;  ///< calls of which nothing else is, or will be, written
  std::vector<DroppedRow> rows;
};

}  // namespace trifle::stats
