// A bare number is no instant: nobody could tell seconds from milliseconds.
#include <trifle/stats/instant.hpp>

using trifle::stats::Instant;

Instant at(long long seconds) {
#ifdef MISUSE
  return Instant(seconds);  // misuse
#else
  return Instant::from_unix(seconds);
#endif
}
