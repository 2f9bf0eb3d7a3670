#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "driver/measurement_driver.hpp"

namespace trifle::stats::detail {

/// Keeps what it is given, and fails as it is told.
class ServerOfMeasurements final : public MeasurementDriver {
 public:
  const Traits& traits() const noexcept override { return traits_; }
  SetupReport setup(Setup) override { return {}; }
  void read(const RowRange&, RowSink&) override {}
  void beam(std::string_view, const StoredStatus&) override {}
  std::optional<StoredStatus> scan(std::string_view) override { return std::nullopt; }

  void write(const Measurement& measurement) override {
    ++attempts;
    if (plan) plan(measurement);
    stored.push_back(measurement);
  }

  /// The keys in the order in which they arrived.
  std::vector<std::string> keys() const {
    std::vector<std::string> all;
    for (const auto& measurement : stored) all.push_back(measurement.key);
    return all;
  }

  std::function<void(const Measurement&)> plan;  ///< throws, or not
  std::vector<Measurement> stored;
  int attempts = 0;

 private:
  Traits traits_{.backend = "server", .atomicity = Atomicity::Measurement, .own_buckets = false};
};

}  // namespace trifle::stats::detail
