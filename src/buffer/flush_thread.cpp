#include "buffer/flush_thread.hpp"

#include <pthread.h>
#include <signal.h>

namespace trifle::stats::detail {

void FlushThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    woken_ = true;
    if (!thread_.joinable()) {
      // The application's signals are for its own threads.
      sigset_t all;
      sigset_t before;
      sigfillset(&all);
      pthread_sigmask(SIG_SETMASK, &all, &before);
      try {
        thread_ = std::thread([this] { run(); });
      } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
      }
      pthread_sigmask(SIG_SETMASK, &before, nullptr);
      running_ = true;
      return;
    }
  }
  changed_.notify_all();
}

void FlushThread::run() {
  std::unique_lock lock(mutex_);
  std::optional<Time> next;
  while (!stopped_) {
    const auto due = [&] { return woken_ || stopped_; };
    if (next) {
      changed_.wait_until(lock, *next, due);
    } else {
      changed_.wait(lock, due);
    }
    if (stopped_) break;
    woken_ = false;
    lock.unlock();
    next = work_();
    lock.lock();
  }
  running_ = false;
  changed_.notify_all();
}

void FlushThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

bool FlushThread::ended_by(Time deadline) {
  std::unique_lock lock(mutex_);
  if (running_ && thread_.get_id() == std::this_thread::get_id()) return true;
  return changed_.wait_until(lock, deadline, [&] { return !running_; });
}

void FlushThread::join() {
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    thread = std::move(thread_);
  }
  if (!thread.joinable()) return;
  if (thread.get_id() == std::this_thread::get_id()) {
    thread.detach();
  } else {
    thread.join();
  }
}

bool FlushThread::is_this_thread() const {
  const std::lock_guard lock(mutex_);
  return thread_.get_id() == std::this_thread::get_id();
}

}  // namespace trifle::stats::detail
