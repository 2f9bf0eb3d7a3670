#include "stats/given_driver.hpp"

#include <utility>

#include <trifle/stats/error.hpp>

#include "stats/measurement_live.hpp"
#include "stats/row_live.hpp"

namespace trifle::stats::detail {

GivenDriver::GivenDriver(Driver driver) : rows_(driver.release()), measurements_(driver.release_measurement_driver()) {
  if (!rows_ && !measurements_) throw InvalidArgument("the driver was moved from; make one for each Stats");
}

const Traits& GivenDriver::traits() const noexcept { return rows_ ? rows_->traits() : measurements_->traits(); }

Layout GivenDriver::layout() const {
  return rows_ ? rows_->layout() : Layout{.identity = Identity::Separated, .separator = "::", .prefix = {}};
}

GivenDriver::Maker GivenDriver::maker() const {
  const auto again = [](auto make) -> Maker {
    if (!make) return {};
    return [make = std::move(make)] { return GivenDriver(Driver(make())); };
  };
  return rows_ ? again(rows_->maker()) : again(measurements_->maker());
}

std::unique_ptr<Live> GivenDriver::live(const Options& options, const Merge::Config& merge) && {
  if (rows_) return std::make_unique<RowLive>(std::move(rows_), options, merge);
  return std::make_unique<MeasurementLive>(std::move(measurements_), options, merge);
}

}  // namespace trifle::stats::detail
