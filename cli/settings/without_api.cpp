#include "failure.hpp"
#include "settings/drivers.hpp"

namespace trifle::cli {

stats::Driver api_driver(const Settings&, Access) {
  throw Failure("this trifle was built without the api driver: -DTRIFLE_STATS_API=ON builds it in");
}

Settings with_source(Settings settings) { return settings; }

}  // namespace trifle::cli
