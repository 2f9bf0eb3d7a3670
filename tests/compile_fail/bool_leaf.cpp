// A boolean is no number: 1 and 0 are, and say which of the two was meant.
#include <trifle/stats/payload.hpp>

using trifle::stats::Payload;

#ifdef MISUSE
const Payload kPayload{{"ok", true}};  // misuse
#else
const Payload kPayload{{"ok", 1}};
#endif
