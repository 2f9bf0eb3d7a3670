#pragma once

#include <trifle/stats.hpp>

#include "settings/connect.hpp"
#include "settings/settings.hpp"

namespace trifle::cli {

// One file each makes the driver of a backend out of the settings. They throw Failure for a setting that is wrong, and
// for a backend that this program was built without.
stats::Driver sqlite_driver(const Settings& settings, Access access);
stats::Driver postgres_driver(const Settings& settings, Access access);
stats::Driver mysql_driver(const Settings& settings, Access access);
stats::Driver redis_driver(const Settings& settings, Access access);
stats::Driver mongo_driver(const Settings& settings, Access access);
stats::Driver api_driver(const Settings& settings, Access access);

stats::Identity identity_of(const Settings& settings);

}  // namespace trifle::cli
