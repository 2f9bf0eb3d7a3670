#pragma once

#include <functional>
#include <memory>

#include "driver/backend.hpp"
#include "driver/measurement.hpp"

namespace trifle::stats::detail {

/// A backend that puts measurements into buckets itself: it takes them as they were tracked, with their instants, and
/// knows nothing of our rows. The contract:
///
/// - **Threads.** Any call from any thread. `read` doesn't wait for a `write`.
/// - **Write.** One measurement is one unit: all buckets that the backend makes of it, or none. It is there when the
///   call returns. The backend has no ids, so nothing may be sent twice: `write` itself never tries again once a
///   request may have arrived.
/// - **Outcome.** A failure throws an Error. NotApplied and retry_is_safe: the same one may be sent again, not before
///   Error::retry_after. NotApplied and not safe: this measurement is refused for good, others are not. Unknown: it may
///   or may not be there.
/// - **After a failure** the driver heals itself at the next call.
class MeasurementDriver : public Backend {
 public:
  /// As RowDriver::Maker.
  using Maker = std::function<std::unique_ptr<MeasurementDriver>()>;
  virtual Maker maker() const { return {}; }

  virtual void write(const Measurement& measurement) = 0;
};

}  // namespace trifle::stats::detail
