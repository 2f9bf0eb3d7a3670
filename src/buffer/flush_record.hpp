#pragma once

#include <mutex>
#include <optional>
#include <string>

#include <trifle/stats/error.hpp>
#include <trifle/stats/health.hpp>

#include "buffer/flush_times.hpp"

namespace trifle::stats::detail {

/// What is told of the writing to whoever asks: a copy, so that no write holds them up. Any thread.
class FlushRecord {
 public:
  void attempt(FlushTimes::Duration took);
  void failed(const Error& error) noexcept;

  void add_to(Health& health) const;

 private:
  mutable std::mutex mutex_;
  FlushTimes times_;
  std::string last_error_;
  std::optional<Instant> last_error_at_;
};

}  // namespace trifle::stats::detail
