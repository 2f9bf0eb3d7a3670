#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <trifle/stats/drivers/api.hpp>

#include "driver/measurement_driver.hpp"
#include "driver/sessions.hpp"
#include "drivers/api/endpoint.hpp"
#include "drivers/api/http_session.hpp"

namespace trifle::stats::detail::api {

/// One connection writes, behind a lock; a few others read.
class ApiDriver final : public MeasurementDriver {
 public:
  explicit ApiDriver(drivers::ApiOptions options);

  Maker maker() const override;
  const Traits& traits() const noexcept override { return traits_; }

  SetupReport setup(Setup what) override;
  void write(const Measurement& measurement) override;
  void read(const RowRange& range, RowSink& sink) override;
  void beam(std::string_view key, const StoredStatus& status) override;
  std::optional<StoredStatus> scan(std::string_view key) override;

 private:
  using Work = std::function<void(HttpSession&)>;

  void with_writer(const Work& work);
  void with_reader(const Work& work);
  void must_know_assert(HttpSession& session);
  void read_some(HttpSession& session, const RowRange& range, std::span<const std::int64_t> buckets, RowSink& sink);
  [[noreturn]] void refuse_status(std::string_view operation) const;

  const drivers::ApiOptions options_;
  const Endpoint endpoint_;
  const Traits traits_;
  Sessions<HttpSession> sessions_;
  std::atomic<bool> knows_assert_{false};  // or nobody can tell
};

}  // namespace trifle::stats::detail::api
