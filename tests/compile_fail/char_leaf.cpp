// A character is no number, although C++ would make one of it.
#include <trifle/stats/payload.hpp>

using trifle::stats::Payload;

#ifdef MISUSE
const Payload kPayload{{"grade", 'a'}};  // misuse
#else
const Payload kPayload{{"grade", static_cast<int>('a')}};
#endif
