#include "stats/live.hpp"

#include <utility>

namespace trifle::stats::detail {

Live::Live(std::unique_ptr<RowDriver> driver, const Options& options, const Traits& traits, Merge::Config merge)
    : backend_(traits.backend), driver_(std::move(driver)), direct_(merge) {
  if (!options.buffer.enabled) return;
  buffer_ = std::make_unique<Buffer>(Buffer::Config{.merge = std::move(merge),
                                                    .options = options.buffer,
                                                    .traits = traits,
                                                    .on_error = options.on_error,
                                                    .on_drop = options.on_drop},
                                     driver_, gate_);
}

std::shared_ptr<RowDriver> Live::driver() const {
  const std::lock_guard lock(driver_mutex_);
  if (closed_) throw ClosedError("this Stats is closed", {.backend = backend_});
  return driver_;
}

std::size_t Live::write(Merge& merge) {
  const auto held = driver();
  try {
    const Rows rows = merge.rows();
    held->write(rows);
    const std::lock_guard lock(health_mutex_);
    health_.written_operations += merge.operations();
    health_.written_rows += rows.rows().size();
    ++health_.written_batches;
    return rows.rows().size();
  } catch (const Error& error) {
    failed(error, merge.operations());
    throw;
  }
}

CloseReport Live::close(std::chrono::nanoseconds deadline) {
  {
    const std::lock_guard lock(driver_mutex_);
    closed_ = true;
  }
  const auto report = buffer_ ? buffer_->close(deadline) : CloseReport{};
  if (report.kept == 0) let_go();
  return report;
}

bool Live::closed() const {
  const std::lock_guard lock(driver_mutex_);
  return closed_;
}

void Live::give_up() noexcept {
  if (buffer_) buffer_->give_up();
  let_go();
}

void Live::let_go() {
  std::shared_ptr<RowDriver> last;
  const std::lock_guard lock(driver_mutex_);
  last.swap(driver_);
}

Health Live::health() const {
  Health health;
  {
    const std::lock_guard lock(health_mutex_);
    health = health_;
  }
  if (buffer_) buffer_->add_to(health);
  return health;
}

void Live::failed(const Error& error, std::size_t operations) {
  const std::lock_guard lock(health_mutex_);
  health_.failed_operations += operations;
  health_.last_error = error.what();
  health_.last_error_at = Instant::now();
}

}  // namespace trifle::stats::detail
