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
      start();
      return;
    }
  }
  changed_.notify_all();
}

bool FlushThread::call(std::function<void()> work, Time deadline) {
  const auto errand = std::make_shared<Errand>();
  errand->work = std::move(work);
  std::unique_lock lock(mutex_);
  if (stopped_) return false;
  if (!thread_.joinable()) start();
  errands_.push_back(errand);
  changed_.notify_all();
  const auto over = [&] { return errand->done || (stopped_ && !errand->begun); };
  if (changed_.wait_until(lock, deadline, over) && errand->done) return true;
  if (!errand->begun) std::erase(errands_, errand);
  return false;
}

/// With the lock.
void FlushThread::start() {
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
}

void FlushThread::run() {
  std::unique_lock lock(mutex_);
  std::optional<Time> next;
  while (!stopped_) {
    const auto due = [&] { return woken_ || stopped_ || !errands_.empty(); };
    if (next) {
      changed_.wait_until(lock, *next, due);
    } else {
      changed_.wait(lock, due);
    }
    if (stopped_) break;
    if (!errands_.empty()) {
      const auto errand = std::move(errands_.front());
      errands_.pop_front();
      errand->begun = true;
      lock.unlock();
      errand->work();
      lock.lock();
      errand->done = true;
      changed_.notify_all();
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
