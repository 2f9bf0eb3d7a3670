#pragma once

#include <string_view>

#include <cctz/time_zone.h>

namespace trifle::stats::detail {

/// Reads a zone from the system's files: $TZDIR, otherwise /usr/share/zoneinfo. Takes names of the IANA database only;
/// cctz itself would also take paths, "localtime", fixed offsets and the C library's zone.
/// Throws InvalidArgument naming `time_zone`, the name, and what is allowed or missing.
cctz::time_zone load_zone_file(std::string_view name);

}  // namespace trifle::stats::detail
