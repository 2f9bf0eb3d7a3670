#pragma once

#include <string>

#include "settings/settings.hpp"

namespace trifle::cli {

/// The active source of the configuration file: flag name → value, lists joined with commas.
///
/// `config` and `source` are the flags, empty where not given; the environment and the file itself come after them. A
/// missing default file is an empty one, a missing explicit one is a Failure. An unknown source is a Failure where the
/// file defines any.
Flags active_source(const std::string& config, const std::string& source);

}  // namespace trifle::cli
