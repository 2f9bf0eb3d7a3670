// Nothing is no number; leave the name out.
#include <trifle/stats/payload.hpp>

using trifle::stats::Payload;

#ifdef MISUSE
const Payload kPayload{{"count", 1}, {"bytes", nullptr}};  // misuse
#else
const Payload kPayload{{"count", 1}};
#endif
