#pragma once

#include <string>
#include <vector>

#include <trifle/stats.hpp>

#include "output/table.hpp"
#include "settings/time_range.hpp"

namespace trifle::cli {

/// What was tracked in a range: the keys, or the paths of one key with the number of buckets that hold them.
std::vector<stats::KeyCount> count_keys(Stats& stats, const std::string& key, const TimeRange& range,
                                        const std::string& granularity);

/// The family's shape: {"paths":[{"metric_key","observations"}…],"status","timeframe","total_paths"}.
std::string key_counts_json(const std::vector<stats::KeyCount>& counts, const TimeRange& range,
                            const std::string& granularity);

Table key_counts_table(const std::vector<stats::KeyCount>& counts);

}  // namespace trifle::cli
