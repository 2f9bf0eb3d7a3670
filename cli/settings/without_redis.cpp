#include "failure.hpp"
#include "settings/drivers.hpp"

namespace trifle::cli {

stats::Driver redis_driver(const Settings&, Access) {
  throw Failure("this trifle was built without the redis driver: -DTRIFLE_STATS_REDIS=ON builds it in");
}

}  // namespace trifle::cli
