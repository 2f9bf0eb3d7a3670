// There is no Stats without a driver, and no default one.
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/process.hpp>

trifle::Stats make() {
#ifdef MISUSE
  return trifle::Stats{};  // misuse
#else
  return trifle::Stats{trifle::stats::drivers::process()};
#endif
}
