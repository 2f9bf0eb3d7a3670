#include "buffer/backoff.hpp"

#include <algorithm>
#include <memory>
#include <random>

namespace trifle::stats::detail {
namespace {

using namespace std::chrono_literals;

struct Waits {
  Backoff::Duration first;
  Backoff::Duration longest;
};

Waits waits(ErrorCode code) {
  switch (code) {
    case ErrorCode::Timeout:  // a lock, a deadlock: the driver has waited already
      return {20ms, 2s};
    case ErrorCode::CorruptData:  // somebody must repair it
      return {1s, 60s};
    default:
      return {100ms, 30s};
  }
}

}  // namespace

Backoff::Duration Backoff::next(const Failure& failure) {
  const auto [first, longest] = waits(failure.code);
  if (failures_++ == 0 && failure.ask_at_once) return 0ns;
  const auto full = std::min<Duration>(longest, first * (1 << std::min(failures_ - 1, 20)));
  const Duration pause(static_cast<Duration::rep>(static_cast<double>(full.count()) * (0.5 + 0.5 * jitter_())));
  return std::max<Duration>(pause, failure.retry_after);
}

std::function<double()> Backoff::random_jitter() {
  const auto random = std::make_shared<std::minstd_rand>(std::random_device{}());
  return [random] { return std::uniform_real_distribution<double>(0, 1)(*random); };
}

}  // namespace trifle::stats::detail
