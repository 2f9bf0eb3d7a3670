#pragma once

#include <string>
#include <string_view>

#include "settings/settings.hpp"

namespace trifle::cli {

/// What was given for a flag; empty where it wasn't.
std::string flag_value(const Flags& flags, std::string_view name);

/// The family's default is the HTTP API; the driver isn't inferred from --db in its commands.
Settings with_family_driver(const Settings& settings, const Flags& flags);

}  // namespace trifle::cli
