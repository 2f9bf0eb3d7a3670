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

Backoff::Duration Backoff::next(ErrorCode code, Outcome outcome) {
  const auto [first, longest] = waits(code);
  // What may have been written is asked for at once: until it is known, nothing newer can go.
  if (failures_++ == 0 && outcome == Outcome::Unknown) return 0ns;
  const auto full = std::min<Duration>(longest, first * (1 << std::min(failures_ - 1, 20)));
  return Duration(static_cast<Duration::rep>(static_cast<double>(full.count()) * (0.5 + 0.5 * jitter_())));
}

std::function<double()> Backoff::random_jitter() {
  const auto random = std::make_shared<std::minstd_rand>(std::random_device{}());
  return [random] { return std::uniform_real_distribution<double>(0, 1)(*random); };
}

}  // namespace trifle::stats::detail
