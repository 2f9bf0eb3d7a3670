#pragma once

#include <chrono>
#include <string>

#include <trifle/stats/instant.hpp>

namespace trifle::stats::detail {

/// "2026-07-15T12:00:00.5+02:00": the fraction only where there is one, `Z` for an offset of zero. The text always
/// reads back as the same instant: an offset with seconds (before 1900 or so) is rounded to minutes, and the clock with
/// it, as RFC 3339 has it; where the local year is not one of 1 to 9999, it is told in UTC.
std::string rfc3339(Instant at, std::chrono::seconds offset);

}  // namespace trifle::stats::detail
