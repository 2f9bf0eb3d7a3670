// A Stats owns its connection, so it is moved and not copied.
#include <utility>

#include <trifle/stats.hpp>

trifle::Stats handed_on(trifle::Stats& stats) {
#ifdef MISUSE
  return stats;  // misuse
#else
  return std::move(stats);
#endif
}
