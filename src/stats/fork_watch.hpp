#pragma once

#include "buffer/gate.hpp"

namespace trifle::stats::detail {

/// Sets `Gate::Forked` in a child after fork: what its parent had is not the child's, and its locks may be held by
/// threads that don't exist there. Like every use of pthread_atfork it doesn't see vfork or clone.
class ForkWatch {
 public:
  explicit ForkWatch(Gate& gate);
  ForkWatch(const ForkWatch&) = delete;
  ForkWatch& operator=(const ForkWatch&) = delete;
  ~ForkWatch();

 private:
  Gate& gate_;
};

}  // namespace trifle::stats::detail
