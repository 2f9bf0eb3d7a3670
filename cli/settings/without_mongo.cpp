#include "failure.hpp"
#include "settings/drivers.hpp"

namespace trifle::cli {

stats::Driver mongo_driver(const Settings&, Access) {
  throw Failure("this trifle was built without the mongo driver: -DTRIFLE_STATS_MONGO=ON builds it in");
}

}  // namespace trifle::cli
