#include "failure.hpp"
#include "settings/drivers.hpp"

namespace trifle::cli {

stats::Driver postgres_driver(const Settings&, Access) {
  throw Failure("this trifle was built without the postgres driver: -DTRIFLE_STATS_POSTGRES=ON builds it in");
}

}  // namespace trifle::cli
