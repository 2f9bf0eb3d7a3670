#include "stats/fork_watch.hpp"

#include <pthread.h>

#include <mutex>
#include <vector>

namespace trifle::stats::detail {
namespace {

struct Watched {
  std::mutex mutex;
  std::vector<Gate*> gates;
};

/// Never destroyed: a Stats with static lifetime may end after everything else.
Watched& watched() {
  static auto* const all = new Watched;
  return *all;
}

void before_fork() { watched().mutex.lock(); }
void in_parent() { watched().mutex.unlock(); }
void in_child() {
  for (Gate* gate : watched().gates) gate->set(Gate::Forked);
  watched().gates.clear();
  watched().mutex.unlock();
}

}  // namespace

ForkWatch::ForkWatch(Gate& gate) : gate_(gate) {
  static const int registered = pthread_atfork(before_fork, in_parent, in_child);
  (void)registered;  // out of memory, at worst: then a child is not told
  const std::lock_guard lock(watched().mutex);
  watched().gates.push_back(&gate_);
}

ForkWatch::~ForkWatch() {
  const std::lock_guard lock(watched().mutex);
  std::erase(watched().gates, &gate_);
}

}  // namespace trifle::stats::detail
