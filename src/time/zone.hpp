#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace trifle::stats::detail {

/// A time during which a zone's offset doesn't change: [start, end) in unix seconds. The first begins at the lowest
/// int64, the last ends at the highest.
struct Stretch {
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t offset = 0;  ///< seconds ahead of UTC

  constexpr bool holds(std::int64_t at) const noexcept { return start <= at && at < end; }
};

/// The offsets of one time zone, for all years, as a table of its own: taken from cctz once, so that a lookup is a
/// search in one array without a lock. A wall time below is a civil time counted in seconds as if it were UTC.
/// Immutable, shared freely by threads.
class Zone {
 public:
  /// UTC for ever; reads no file.
  Zone();

  /// From the system's zone files ($TZDIR or /usr/share/zoneinfo), but for "UTC" and "GMT", which need none.
  /// Throws InvalidArgument that names `time_zone`, the given name and what is allowed, or the missing package.
  explicit Zone(std::string_view name);

  Stretch at(std::int64_t unix_seconds) const noexcept;

  /// The instant with this wall time. A repeated one: that with the source's offset, otherwise the earlier. A skipped
  /// one: moved on by the length of the gap.
  std::int64_t resolve(std::int64_t wall, const Stretch& source) const noexcept;

  /// The first instant at which the clock shows this wall time or has jumped over it.
  std::int64_t first_instant(std::int64_t wall) const noexcept;

 private:
  static constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

  struct Change {
    std::int64_t at;
    std::int64_t offset;  ///< from then on
  };

  /// Where a wall time falls: on an instant, or into a gap.
  struct Sighting {
    std::int64_t at;   ///< the instant, or the end of the gap
    std::int64_t gap;  ///< its length, 0 for an instant
  };
  Sighting sight(std::int64_t wall, std::int64_t preferred_offset) const noexcept;

  std::vector<Change> changes_;  // ascending, the first at kLowest
  bool repeats_ = false;         // after the last change, the 400 years before it come again
};

}  // namespace trifle::stats::detail
