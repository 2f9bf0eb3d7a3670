// A driver belongs to one Stats.
#include <utility>

#include <trifle/stats/driver.hpp>

using trifle::stats::Driver;

void take(Driver driver);

void give(Driver& driver) {
#ifdef MISUSE
  take(driver);  // misuse
#else
  take(std::move(driver));
#endif
}
