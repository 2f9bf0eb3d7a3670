#pragma once

#include "console.hpp"
#include "settings/settings.hpp"

namespace trifle::cli {

// The commands of `trifle metrics`, given their flags. Failures have the family's texts.
int family_setup(const Flags& flags, const Settings& settings, Console& console);
int family_push(const Flags& flags, const Settings& settings, Console& console);
int family_get(const Flags& flags, const Settings& settings, Console& console);
int family_keys(const Flags& flags, const Settings& settings, Console& console);

}  // namespace trifle::cli
