#pragma once

#include "commands/requests.hpp"
#include "console.hpp"

namespace trifle::cli {

/// Answers NDJSON lines {"at","to"?,"granularity","time_zone","week_start"?} from standard input with one line each:
/// {"bucket":…}, {"timeline":[…]} in unix seconds, or {"error":…}. What a line doesn't say is as configured. Returns
/// kFailed where a line was answered with an error.
int answer_lines(const BucketsRequest& request, const Settings& settings, Console& console);

}  // namespace trifle::cli
