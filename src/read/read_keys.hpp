#pragma once

#include <cstddef>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>
#include <trifle/stats/instant.hpp>
#include <trifle/stats/key_count.hpp>

#include "driver/backend.hpp"

namespace trifle::stats::detail {

/// What was tracked in the range, from the family's system rows, ascending by key; calls made untracked are under
/// `__untracked__`. A key with dots is one key, whether it was stored as one name or nested. Throws as read_columns
/// does.
std::vector<KeyCount> read_keys(Backend& driver, const Granularity& granularity, Instant from, Instant to,
                                const Bucketing& bucketing, std::size_t max_points);

}  // namespace trifle::stats::detail
