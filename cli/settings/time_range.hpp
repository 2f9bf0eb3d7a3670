#pragma once

#include <string>
#include <string_view>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>
#include <trifle/stats/instant.hpp>
#include <trifle/stats/options.hpp>

namespace trifle::cli {

/// A range of time as it was asked for; each empty where not given.
struct RangeRequest {
  std::string last;  ///< "7d"
  std::string from;
  std::string to;
};

struct TimeRange {
  stats::Instant from;
  stats::Instant to;
  std::string from_text;  ///< as it is told back: what was typed, where that was RFC 3339
  std::string to_text;
};

/// The short forms: `--last`, or `--from` (RFC 3339, or a date, meaning its start in the zone) to `--to` (RFC 3339, or
/// a date, that day included; now where it is missing); the last 24 hours where nothing is given. Throws UsageError.
TimeRange resolve_range(const RangeRequest& request, const stats::Bucketing& bucketing);

/// The family's commands: both in RFC 3339, or neither. Throws Failure with the family's texts.
TimeRange resolve_family_range(std::string_view from, std::string_view to);

/// One instant of the family's commands. Throws Failure with the family's text, which names `label`.
stats::Instant resolve_family_instant(std::string_view text, const char* label);

/// What was asked for, trimmed and in lower case; else 1h, 1d or the first that is configured. Throws Failure with the
/// family's text.
std::string resolve_granularity(std::string_view asked, const stats::Options& options);

/// One instant: RFC 3339, a date in the zone, unix seconds, or `now`. Throws UsageError naming `what`.
stats::Instant parse_instant(const std::string& text, const stats::Bucketing& bucketing, const std::string& what);

}  // namespace trifle::cli
