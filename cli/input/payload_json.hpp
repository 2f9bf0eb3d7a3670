#pragma once

#include <string_view>

#include <trifle/stats/payload.hpp>
#include <trifle/stats/status.hpp>

namespace trifle::cli {

/// Reads a payload from a JSON object; names are paths. Throws Failure for what isn't an object, an empty object,
/// leaves that aren't numbers (naming their path), a name given twice, and integers beyond 64 bits.
stats::Payload parse_payload(std::string_view json);

/// The same for a status, whose leaves may also be text, booleans and null.
stats::StatusValues parse_status(std::string_view json);

}  // namespace trifle::cli
