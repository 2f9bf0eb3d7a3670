#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <trifle/stats/health.hpp>
#include <trifle/stats/options.hpp>

#include "buffer/flusher.hpp"
#include "buffer/gate.hpp"
#include "buffer/writer.hpp"
#include "driver/measurement_driver.hpp"
#include "queue/line.hpp"
#include "queue/outgoing_measurements.hpp"

namespace trifle::stats::detail {

/// Keeps measurements until the server has them: for a driver of measurements what Buffer is for one of rows, with the
/// same options and promises, but nothing is merged, so nothing is gained by waiting: each is sent as soon as it can
/// be.
class Queue {
 public:
  using Time = Flusher::Time;

  struct Config {
    BufferOptions options;
    std::string backend;
    std::function<void(const Error&)> on_error = {};
    std::function<void(const Dropped&)> on_drop = {};
    Flusher::Timing timing = {};
  };

  Queue(Config config, std::shared_ptr<MeasurementDriver> driver, Gate& gate);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  /// Throws as Stats::track, of a measurement that was checked.
  void add(Measurement measurement);

  /// As Flusher's.
  std::optional<Time> tick() { return flusher_.tick(); }
  void flush(std::chrono::nanoseconds deadline) { flusher_.flush(deadline); }
  void give_up() noexcept { flusher_.give_up(); }
  void add_to(Health& health) const { flusher_.add_to(health); }

  /// No more is accepted; writes until the deadline. May be called again.
  CloseReport close(std::chrono::nanoseconds deadline, Writer::Patience patience = Writer::Patience::Deadline);

 private:
  const Config config_;
  Line line_;
  OutgoingMeasurements outgoing_;

  Flusher flusher_;  // last: its thread uses all of the above
};

}  // namespace trifle::stats::detail
