#include <trifle/stats/driver.hpp>

#include "driver/measurement_driver.hpp"
#include "driver/row_driver.hpp"

namespace trifle::stats {

Driver::Driver(std::unique_ptr<detail::RowDriver> driver) noexcept : driver_(std::move(driver)) {}
Driver::Driver(std::unique_ptr<detail::MeasurementDriver> driver) noexcept : measurement_driver_(std::move(driver)) {}
Driver::Driver(Driver&&) noexcept = default;
Driver& Driver::operator=(Driver&&) noexcept = default;
Driver::~Driver() = default;

std::unique_ptr<detail::RowDriver> Driver::release() noexcept { return std::move(driver_); }

std::unique_ptr<detail::MeasurementDriver> Driver::release_measurement_driver() noexcept {
  return std::move(measurement_driver_);
}

}  // namespace trifle::stats
