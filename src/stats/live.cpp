#include "stats/live.hpp"

#include <utility>

namespace trifle::stats::detail {

Live::Live(std::shared_ptr<Backend> driver, Draft direct)
    : backend_(driver->traits().backend), driver_(std::move(driver)), direct_(std::move(direct)) {}

std::shared_ptr<Backend> Live::driver() const {
  const std::lock_guard lock(driver_mutex_);
  if (closed_) throw ClosedError("this Stats is closed", {.backend = backend_});
  return driver_;
}

std::size_t Live::write(Draft& draft) {
  const auto held = driver();
  const auto operations = draft.operations();
  Wrote wrote;
  const auto count = [&] {
    health_.written_operations += wrote.operations;
    health_.written_rows += wrote.rows;
    health_.written_batches += wrote.batches;
  };
  try {
    write_draft(draft, wrote);
  } catch (const Error& error) {
    const std::lock_guard lock(health_mutex_);
    count();
    health_.failed_operations += operations - wrote.operations;
    health_.last_error = error.what();
    health_.last_error_at = Instant::now();
    throw;
  }
  const std::lock_guard lock(health_mutex_);
  count();
  return wrote.rows;
}

void Live::flush(std::chrono::nanoseconds deadline) {
  (void)driver();
  flush_waiting(deadline);
}

CloseReport Live::close(std::chrono::nanoseconds deadline, Writer::Patience patience) {
  {
    const std::lock_guard lock(driver_mutex_);
    closed_ = true;
  }
  const auto report = close_waiting(deadline, patience);
  if (report.kept == 0) let_go();
  return report;
}

bool Live::closed() const {
  const std::lock_guard lock(driver_mutex_);
  return closed_;
}

void Live::give_up() noexcept {
  give_up_waiting();
  let_go();
}

void Live::let_go() {
  std::shared_ptr<Backend> last;
  const std::lock_guard lock(driver_mutex_);
  if (driver_) ended_retries_ = driver_->retries();
  last.swap(driver_);
}

Health Live::health() const {
  Health health;
  {
    const std::lock_guard lock(health_mutex_);
    health = health_;
  }
  {
    const std::lock_guard lock(driver_mutex_);
    health.retried_conflicts = driver_ ? driver_->retries() : ended_retries_;
  }
  add_waiting_to(health);
  return health;
}

}  // namespace trifle::stats::detail
