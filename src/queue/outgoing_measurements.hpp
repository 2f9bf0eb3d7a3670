#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <trifle/stats/error.hpp>
#include <trifle/stats/options.hpp>

#include "buffer/notices.hpp"
#include "buffer/outgoing.hpp"
#include "driver/measurement_driver.hpp"
#include "queue/line.hpp"

namespace trifle::stats::detail {

/// Measurements on their way: each leaves the line once it is known to be written, or given up and told.
class OutgoingMeasurements final : public Outgoing {
 public:
  struct Config {
    std::string backend;
    OnUnknown on_unknown = OnUnknown::Report;
    std::function<Time()> now;
  };

  OutgoingMeasurements(Config config, std::shared_ptr<MeasurementDriver> driver, Line& line);

  std::optional<Time> due_at(Time next_attempt) const override;
  std::uint64_t unwritten() const override { return line_.size(); }
  Outbox::Counts counts() const override { return line_.counts(); }
  void add_to(Health& health) const override { line_.add_to(health, config_.now()); }

  bool full() const override { return line_.full(); }
  std::string told_full() const override;
  void wait_for_room(Time until) override { line_.wait_for_room(until); }

  void collect() override { newest_ = line_.newest(); }
  bool collected_is_written() const override { return line_.front(newest_) == nullptr; }
  bool write_next(Time now, Notices& notices) override;
  void give_up(Notices& notices) override;
  void release() override { driver_.reset(); }

 private:
  bool failed(const Error& error, std::exception_ptr thrown, Notices& notices);
  void unknown(const std::string& why, Notices& notices);
  void drop(DropReason reason, const std::string& why, Line::Fate fate, Notices& notices);

  const Config config_;
  Line& line_;

  // Of whoever has the turn:
  std::shared_ptr<MeasurementDriver> driver_;
  std::uint64_t newest_ = 0;  // the number of the last that was collected
};

}  // namespace trifle::stats::detail
