#pragma once

#include <string>
#include <string_view>

namespace trifle::stats::detail::api {

/// The text as a gzip stream.
std::string gzipped(std::string_view text);

}  // namespace trifle::stats::detail::api
