// A text becomes a granularity only where that is written, because it may throw.
#include <trifle/stats/bucketing.hpp>

using trifle::stats::Bucketing;
using trifle::stats::Granularity;
using trifle::stats::Instant;

Instant hour_of(const Bucketing& bucketing, Instant at) {
#ifdef MISUSE
  return bucketing.floor(at, "1h");  // misuse
#else
  return bucketing.floor(at, Granularity("1h"));
#endif
}
