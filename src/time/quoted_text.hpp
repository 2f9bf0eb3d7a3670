#pragma once

#include <string>
#include <string_view>

namespace trifle::stats::detail {

/// Text from outside as it appears in an error: in quotes, control characters and non-ASCII as \xNN, cut when long.
std::string quoted(std::string_view text);

}  // namespace trifle::stats::detail
