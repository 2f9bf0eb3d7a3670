#pragma once

#include <memory>

#include "driver/row_driver.hpp"
#include "stats/live.hpp"

namespace trifle::stats::detail {

/// Measurements become rows: merged in a buffer, or each written by itself.
class RowLive final : public Live {
 public:
  RowLive(std::shared_ptr<RowDriver> driver, const Options& options, const Merge::Config& merge);

 private:
  void write_draft(Draft& draft, Wrote& wrote) override;
  void take_one(Draft& one, std::unique_lock<std::mutex>&) override { write(one); }
  void flush_waiting(std::chrono::nanoseconds deadline) override;
  CloseReport close_waiting(std::chrono::nanoseconds deadline, Writer::Patience patience) override;
  void give_up_waiting() noexcept override;
  void add_waiting_to(Health& health) const override;

  RowDriver& rows_;  // the driver, which the base owns and holds during a write
};

}  // namespace trifle::stats::detail
