#pragma once

#include <string>

#include <trifle/stats/status.hpp>

namespace trifle::stats::detail {

/// Appends the JSON text of a status's leaf.
void append_status_value(std::string& out, const StatusValue& value);

}  // namespace trifle::stats::detail
