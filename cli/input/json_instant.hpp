#pragma once

#include <string>

#include <trifle/stats/instant.hpp>
#include <trifle/stats/status.hpp>

namespace trifle::cli {

/// An instant as JSON lines spell it: RFC 3339 text or unix seconds. Throws Failure naming the member, and the
/// library's InvalidArgument.
stats::Instant instant_of(const stats::StatusValue& value, const std::string& member);

}  // namespace trifle::cli
