#include <trifle/stats/driver.hpp>

#include "driver/row_driver.hpp"

namespace trifle::stats {

Driver::Driver(std::unique_ptr<detail::RowDriver> driver) noexcept : driver_(std::move(driver)) {}
Driver::Driver(Driver&&) noexcept = default;
Driver& Driver::operator=(Driver&&) noexcept = default;
Driver::~Driver() = default;

std::unique_ptr<detail::RowDriver> Driver::release() noexcept { return std::move(driver_); }

}  // namespace trifle::stats
