#pragma once

#include <memory>

#include "driver/measurement_driver.hpp"
#include "queue/queue.hpp"
#include "stats/live.hpp"

namespace trifle::stats::detail {

/// Measurements go to the driver as they are, one by one: through a queue, or each by itself.
class MeasurementLive final : public Live {
 public:
  /// Throws InvalidArgument for what the server can't be asked for.
  MeasurementLive(std::shared_ptr<MeasurementDriver> driver, const Options& options, const Merge::Config& merge);

 private:
  void write_draft(Draft& draft, Wrote& wrote) override;
  void take_one(Draft& one, std::unique_lock<std::mutex>& lock) override;
  void flush_waiting(std::chrono::nanoseconds deadline) override;
  CloseReport close_waiting(std::chrono::nanoseconds deadline, Writer::Patience patience) override;
  void give_up_waiting() noexcept override;
  void add_waiting_to(Health& health) const override;

  MeasurementDriver& server_;  // the driver, which the base owns and holds during a write
  std::unique_ptr<Queue> queue_;
};

}  // namespace trifle::stats::detail
