#pragma once

#include <string>
#include <string_view>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/instant.hpp>

#include "input/access_log_line.hpp"
#include "input/local_clock.hpp"

namespace trifle::cli {

/// How a line spells its time: `rfc3339`, `unix` (seconds), `unix-ms`, `clf` (17/May/2015:10:05:03 +0000), or a pattern
/// of strptime, read in the zone unless it says its own offset (%z).
class TimeFormat {
 public:
  /// Throws UsageError for a name that is neither known nor a pattern.
  TimeFormat(const std::string& name, const stats::Bucketing& bucketing);

  /// Throws Failure or InvalidArgument for text that isn't such a time.
  stats::Instant read(std::string_view text);

 private:
  enum class Kind { Rfc3339, Unix, UnixMilliseconds, Clf, Pattern };

  stats::Instant read_pattern(std::string_view text);

  Kind kind_;
  std::string pattern_;
  bool has_offset_ = false;
  ClfClock clf_;
  LocalClock local_;
  std::string last_text_;  // lines of one second are read once
  stats::Instant last_;
};

}  // namespace trifle::cli
