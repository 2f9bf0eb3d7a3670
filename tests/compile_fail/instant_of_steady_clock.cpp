// A steady clock has no calendar.
#include <chrono>

#include <trifle/stats/instant.hpp>

using trifle::stats::Instant;

#ifdef MISUSE
const Instant kStart{std::chrono::steady_clock::now()};  // misuse
#else
const Instant kStart{std::chrono::system_clock::now()};
#endif
