#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <trifle/stats/driver.hpp>

#include "driver/row_driver.hpp"

namespace trifle::stats::test {

/// A driver on a connection that the "application" lends and closes after it.
template <class Connection>
class LentDriver final : public detail::RowDriver {
 public:
  template <class Make>
  LentDriver(const std::string& place, Make&& make) : connection_(place), driver_(make(connection_.get()).release()) {}

  const Traits& traits() const noexcept override { return driver_->traits(); }
  const detail::Layout& layout() const noexcept override { return driver_->layout(); }
  SetupReport setup(Setup what) override { return driver_->setup(what); }
  void write(const detail::Rows& rows) override { driver_->write(rows); }
  void read(const detail::RowRange& range, detail::RowSink& sink) override { driver_->read(range, sink); }
  void beam(std::string_view key, const detail::StoredStatus& status) override { driver_->beam(key, status); }
  std::optional<detail::StoredStatus> scan(std::string_view key) override { return driver_->scan(key); }

 private:
  Connection connection_;
  std::unique_ptr<detail::RowDriver> driver_;
};

/// Opens the connection at `place`, a URL or a file, and lends it to what `make(handle)` returns.
template <class Connection, class Make>
std::unique_ptr<detail::RowDriver> lend(const std::string& place, Make&& make) {
  return std::make_unique<LentDriver<Connection>>(place, make);
}

}  // namespace trifle::stats::test
