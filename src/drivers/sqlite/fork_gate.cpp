#include "drivers/sqlite/fork_gate.hpp"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <new>

namespace trifle::stats::detail::sqlite {
namespace {

struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  bool forking = false;
};

/// Never destroyed: a driver may live as long as the process.
Gate& gate() {
  static auto* const only = new Gate;
  return *only;
}

thread_local int depth = 0;  // one call may be made within another

void before_fork() {
  std::unique_lock lock(gate().mutex);
  gate().forking = true;
  gate().changed.wait(lock, [] { return gate().inside == (depth > 0 ? 1 : 0); });
  lock.release();  // held until after the fork
}

void after_fork() {
  gate().forking = false;
  gate().mutex.unlock();
  gate().changed.notify_all();
}

void in_child() {
  // Whoever waited in the parent isn't here to be woken.
  new (&gate().changed) std::condition_variable;
  gate().forking = false;
  gate().mutex.unlock();
}

}  // namespace

InSqlite::InSqlite() {
  static const int registered = pthread_atfork(before_fork, after_fork, in_child);
  (void)registered;
  if (depth++ > 0) return;
  std::unique_lock lock(gate().mutex);
  gate().changed.wait(lock, [] { return !gate().forking; });
  ++gate().inside;
}

InSqlite::~InSqlite() {
  if (--depth > 0) return;
  {
    const std::lock_guard lock(gate().mutex);
    --gate().inside;
    if (!gate().forking) return;
  }
  gate().changed.notify_all();
}

}  // namespace trifle::stats::detail::sqlite
