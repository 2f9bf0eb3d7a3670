// Error is what callers catch; what is thrown is one of its classes.
#include <trifle/stats/error.hpp>

using trifle::stats::Error;
using trifle::stats::ErrorCode;
using trifle::stats::InvalidArgument;

void refuse() {
#ifdef MISUSE
  throw Error(ErrorCode::InvalidArgument, "no", {});  // misuse
#else
  throw InvalidArgument("no");
#endif
}
