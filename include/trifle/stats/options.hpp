#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <trifle/stats/dropped.hpp>
#include <trifle/stats/error.hpp>

namespace trifle::stats {

/// What a full buffer does with a newcomer.
enum class OnFull {
  Block,   ///< its caller waits for room, at most `block_for`; then TimeoutError, and nothing of it is kept
  Refuse,  ///< StorageError at once, and nothing of it is kept
  Drop,    ///< it goes to `on_drop`; its caller isn't told
};

/// What becomes of a batch of which the database can't say whether it was written, where it has no ledger to find out.
enum class OnUnknown {
  Report,  ///< it goes to `on_drop`, and is never sent again
  Retry,   ///< it is sent again: its increments may count twice
  Drop,    ///< it is counted in `Health` and forgotten
};

/// How writes are gathered before they reach the database: merged in memory, written by a thread that starts with the
/// first of them. With `enabled` off, every call writes before it returns.
struct BufferOptions {
  bool enabled = true;
  std::chrono::nanoseconds duration =
      std::chrono::seconds(1);  ///< the longest a measurement waits; above 0, up to one day
  std::size_t size = 256;       ///< operations that wake the writer; at least 1
  bool aggregate = true;        ///< merge what goes to the same buckets; off: one transaction per call, in order
  bool async = true;            ///< write on a thread of its own; off: in the caller's, when due
  std::size_t max_entries = 1'000'000;  ///< merged entries (key × cell) held at most; at least 1
  std::size_t max_bytes = 256u << 20;   ///< bytes held at most; at least 64 KiB
  OnFull on_full = OnFull::Block;
  std::chrono::nanoseconds block_for =
      std::chrono::seconds(5);  ///< the longest that `OnFull::Block` waits; 0 up to one day
  OnUnknown on_unknown = OnUnknown::Report;
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

  /// Told of each failure that no caller sees. It may be called from another thread; what it throws is swallowed. It
  /// may call the `Stats`, and must not destroy it.
  std::function<void(const Error&)> on_error = {};

  /// Given what the library gives up, with its contents. Called as `on_error`.
  std::function<void(const Dropped&)> on_drop = {};
};

}  // namespace trifle::stats
