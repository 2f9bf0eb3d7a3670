// What braces refuse, adding at run time refuses too.
#include <trifle/stats/payload.hpp>

void fill(trifle::stats::Payload& payload, bool ok) {
#ifdef MISUSE
  payload.add("ok", ok);  // misuse
#else
  payload.add("ok", ok ? 1 : 0);
#endif
}
