#pragma once

#include <string>

#include "driver/measurement.hpp"

namespace trifle::stats::detail::api {

/// The body of POST /metrics: {"operation":"track","key":…,"at":…,"values":{…},"untracked":false}. Names are spelled as
/// in a path, so that a dot in one stays in it.
std::string measurement_json(const Measurement& measurement);

}  // namespace trifle::stats::detail::api
