// A pointer is no number, although it converts to bool.
#include <trifle/stats/payload.hpp>

using trifle::stats::Payload;

int bytes = 4096;

#ifdef MISUSE
const Payload kPayload{{"bytes", &bytes}};  // misuse
#else
const Payload kPayload{{"bytes", bytes}};
#endif
