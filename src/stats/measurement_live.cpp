#include "stats/measurement_live.hpp"

#include <utility>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {

MeasurementLive::MeasurementLive(std::shared_ptr<MeasurementDriver> driver, const Options& options,
                                 const Merge::Config& merge)
    : Live(driver, Draft(merge, Draft::For::Measurements)), server_(*driver) {
  if (!options.system_tracking) {
    throw InvalidArgument("the option system_tracking is false; the server of the " + driver->traits().backend +
                          " driver counts every call: track with .untracked to have it counted without its key");
  }
  if (!options.buffer.enabled) return;
  queue_ = std::make_unique<Queue>(Queue::Config{.options = options.buffer,
                                                 .backend = driver->traits().backend,
                                                 .on_error = options.on_error,
                                                 .on_drop = options.on_drop},
                                   driver, gate());
}

/// One after the other. What comes before a failure is there, and leaves the draft.
void MeasurementLive::write_draft(Draft& draft, Wrote& wrote) {
  try {
    for (const Measurement& measurement : draft.measurements()) {
      server_.write(measurement);
      ++wrote.operations;
      ++wrote.batches;
    }
  } catch (...) {
    draft.forget(wrote.operations);
    throw;
  }
}

void MeasurementLive::take_one(Draft& one, std::unique_lock<std::mutex>& lock) {
  if (!queue_) {
    write(one);
    return;
  }
  Measurement measurement = std::move(one.measurements().front());
  lock.unlock();
  queue_->add(std::move(measurement));
}

void MeasurementLive::flush_waiting(std::chrono::nanoseconds deadline) {
  if (queue_) queue_->flush(deadline);
}

CloseReport MeasurementLive::close_waiting(std::chrono::nanoseconds deadline, Writer::Patience patience) {
  return queue_ ? queue_->close(deadline, patience) : CloseReport{};
}

void MeasurementLive::give_up_waiting() noexcept {
  if (queue_) queue_->give_up();
}

void MeasurementLive::add_waiting_to(Health& health) const {
  if (queue_) queue_->add_to(health);
}

}  // namespace trifle::stats::detail
