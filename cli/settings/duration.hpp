#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace trifle::cli {

/// Reads a Go duration, "1s", "500ms", "1m30s", "0"; nothing for other text and for what doesn't fit.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace trifle::cli
