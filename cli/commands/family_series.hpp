#pragma once

#include "console.hpp"
#include "settings/settings.hpp"

namespace trifle::cli {

// `trifle metrics aggregate`, `timeline` and `category`, given their flags. Failures begin with the family's texts.
int family_aggregate(const Flags& flags, const Settings& settings, Console& console);
int family_timeline(const Flags& flags, const Settings& settings, Console& console);
int family_category(const Flags& flags, const Settings& settings, Console& console);

}  // namespace trifle::cli
