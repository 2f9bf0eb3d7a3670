#pragma once

#include <string>

#include <trifle/stats/drivers/api.hpp>

namespace trifle::stats::detail::api {

/// Where the API is.
struct Endpoint {
  std::string base;  ///< "https://app.trifle.io/api/v1"
  bool encrypted = true;

  /// Throws InvalidArgument for what isn't the URL of an API, or would send the token in clear text unasked. Nothing of
  /// the URL but scheme and host is repeated.
  explicit Endpoint(const drivers::ApiOptions& options);
};

}  // namespace trifle::stats::detail::api
