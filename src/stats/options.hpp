#pragma once

#include <vector>

#include <trifle/stats/granularity.hpp>
#include <trifle/stats/options.hpp>

namespace trifle::stats::detail {

/// Refuses wrong options with InvalidArgument, naming the option, what was given and what is allowed; returns the
/// granularities. The time zone is checked by Bucketing.
std::vector<Granularity> check_options(const Options& options);

}  // namespace trifle::stats::detail
