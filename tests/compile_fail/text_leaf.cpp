// A text is no number; only a status may hold one.
#include <trifle/stats/payload.hpp>
#include <trifle/stats/status.hpp>

using trifle::stats::Payload;
using trifle::stats::StatusValues;

#ifdef MISUSE
const Payload kValues{{"state", "idle"}};  // misuse
#else
const StatusValues kValues{{"state", "idle"}};
#endif
