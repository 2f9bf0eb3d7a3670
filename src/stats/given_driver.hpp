#pragma once

#include <functional>
#include <memory>

#include <trifle/stats/driver.hpp>
#include <trifle/stats/options.hpp>

#include "driver/measurement_driver.hpp"
#include "driver/row_driver.hpp"
#include "stats/live.hpp"

namespace trifle::stats::detail {

/// The driver that a Stats was given, and the one place that asks of which kind it is.
class GivenDriver {
 public:
  /// Throws InvalidArgument where it was moved from.
  explicit GivenDriver(Driver driver);

  const Traits& traits() const noexcept;
  Layout layout() const;
  Draft::For drafts() const noexcept { return rows_ ? Draft::For::Rows : Draft::For::Measurements; }

  /// Makes another like it, without this one; empty where that can't be.
  using Maker = std::function<GivenDriver()>;
  Maker maker() const;

  /// The Live on it, which takes it over.
  std::unique_ptr<Live> live(const Options& options, const Merge::Config& merge) &&;

 private:
  std::unique_ptr<RowDriver> rows_;
  std::unique_ptr<MeasurementDriver> measurements_;
};

}  // namespace trifle::stats::detail
