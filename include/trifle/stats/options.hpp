#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <trifle/stats/error.hpp>

namespace trifle::stats {

/// What a full buffer does with a newcomer.
enum class OnFull { Block, Refuse, Drop };

/// How writes are gathered before they reach the database. In this version every call writes its own batch before it
/// returns, so these are checked but change nothing yet; code written against them stays as it is.
struct BufferOptions {
  bool enabled = true;
  std::chrono::nanoseconds duration =
      std::chrono::seconds(1);          ///< the longest a measurement waits; above 0, up to one day
  std::size_t size = 256;               ///< operations that wake the writer; at least 1
  bool aggregate = true;                ///< merge what goes to the same buckets
  bool async = true;                    ///< write on a thread of its own
  std::size_t max_entries = 1'000'000;  ///< merged entries (key × cell) held at most; at least 1
  std::size_t max_bytes = 256u << 20;   ///< bytes held at most; at least 64 KiB
  OnFull on_full = OnFull::Block;
};

/// The configuration of a `Stats`, with the family's fields and defaults. Whatever is wrong in it is refused at
/// construction, naming the option, what was given and what is allowed.
struct Options {
  std::string time_zone = "GMT";  ///< a name of the IANA database
  std::chrono::weekday week_start = std::chrono::Monday;
  std::vector<std::string> granularities = {"1m", "1h", "1d", "1w", "1mo", "1q", "1y"};
  BufferOptions buffer = {};

  /// Count every call in the rows of `__system__key__`, which `keys` reads.
  bool system_tracking = true;

  /// `values` and `keys` refuse a longer range before they start. At least 1.
  std::size_t max_points = 10'000'000;

  /// Told of each failure that no caller sees. It may be called from another thread; what it throws is swallowed.
  std::function<void(const Error&)> on_error = {};
};

}  // namespace trifle::stats
