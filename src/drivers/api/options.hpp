#pragma once

#include <trifle/stats/drivers/api.hpp>

namespace trifle::stats::detail::api {

/// Throws InvalidArgument naming the option, what was given (never the token) and what is allowed. The URL is checked
/// by Endpoint.
void check_options(const drivers::ApiOptions& options);

}  // namespace trifle::stats::detail::api
