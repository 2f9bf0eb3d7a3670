#include "failure.hpp"
#include "settings/drivers.hpp"

namespace trifle::cli {

stats::Driver mysql_driver(const Settings&, Access) {
  throw Failure("this trifle was built without the mysql driver: -DTRIFLE_STATS_MYSQL=ON builds it in");
}

}  // namespace trifle::cli
