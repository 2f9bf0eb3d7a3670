#include "buffer/flush_record.hpp"

namespace trifle::stats::detail {

void FlushRecord::attempt(FlushTimes::Duration took) {
  const std::lock_guard lock(mutex_);
  times_.add(took);
}

void FlushRecord::failed(const Error& error) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    last_error_ = error.what();
    last_error_at_ = Instant::now();
  } catch (...) {  // out of memory: then the last error is an older one
  }
}

void FlushRecord::add_to(Health& health) const {
  const std::lock_guard lock(mutex_);
  health.flushes = times_.count();
  health.flush_last = times_.last();
  health.flush_p50 = times_.percentile(0.5);
  health.flush_p99 = times_.percentile(0.99);
  health.flush_max = times_.max();
  if (last_error_at_ && (!health.last_error_at || *health.last_error_at < *last_error_at_)) {
    health.last_error = last_error_;
    health.last_error_at = last_error_at_;
  }
}

}  // namespace trifle::stats::detail
