// A duration has a unit, a leaf has none: count it in the unit that the name says.
#include <chrono>

#include <trifle/stats/payload.hpp>

using trifle::stats::Payload;

constexpr std::chrono::milliseconds kTook(12);

#ifdef MISUSE
const Payload kPayload{{"took", kTook}};  // misuse
#else
const Payload kPayload{{"took_ms", kTook.count()}};
#endif
