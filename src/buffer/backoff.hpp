#pragma once

#include <chrono>
#include <functional>

#include "buffer/notices.hpp"

namespace trifle::stats::detail {

/// How long to leave a database alone after failures in a row, by what kind they are, and by what it asks for.
class Backoff {
 public:
  using Duration = std::chrono::nanoseconds;

  /// `jitter` gives numbers in [0, 1): many programs that lost one database don't come back all at once.
  explicit Backoff(std::function<double()> jitter) : jitter_(std::move(jitter)) {}

  /// The next failure; returns how long to wait.
  Duration next(const Failure& failure);
  void succeeded() noexcept { failures_ = 0; }

  static std::function<double()> random_jitter();

 private:
  std::function<double()> jitter_;
  int failures_ = 0;
};

}  // namespace trifle::stats::detail
