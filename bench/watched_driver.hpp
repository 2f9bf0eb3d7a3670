#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "driver/row_driver.hpp"

namespace bench {

/// A driver that tells which rows were written together.
class WatchedDriver final : public trifle::stats::detail::RowDriver {
 public:
  using Rows = trifle::stats::detail::Rows;

  WatchedDriver(std::unique_ptr<RowDriver> driver, std::function<void(const Rows&)> on_write)
      : driver_(std::move(driver)), on_write_(std::move(on_write)) {}

  const trifle::stats::Traits& traits() const noexcept override { return driver_->traits(); }
  const trifle::stats::detail::Layout& layout() const noexcept override { return driver_->layout(); }
  trifle::stats::SetupReport setup(trifle::stats::Setup what) override { return driver_->setup(what); }
  void write(const Rows& rows) override {
    driver_->write(rows);
    on_write_(rows);
  }
  void read(const trifle::stats::detail::RowRange& range, trifle::stats::detail::RowSink& sink) override {
    driver_->read(range, sink);
  }
  void beam(std::string_view key, const trifle::stats::detail::StoredStatus& status) override {
    driver_->beam(key, status);
  }
  std::optional<trifle::stats::detail::StoredStatus> scan(std::string_view key) override { return driver_->scan(key); }

 private:
  std::unique_ptr<RowDriver> driver_;
  std::function<void(const Rows&)> on_write_;
};

}  // namespace bench
