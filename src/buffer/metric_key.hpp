#pragma once

#include <cstddef>
#include <string_view>

namespace trifle::stats::detail {

/// Refuses what can't be a metric key, with InvalidArgument: empty, with NUL, not UTF-8.
void check_key(std::string_view key);

/// Also refuses what can't be written: longer than `max_length` code points, or the family's own.
void check_writable_key(std::string_view key, std::size_t max_length);

}  // namespace trifle::stats::detail
