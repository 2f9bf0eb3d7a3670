#include "input/read_ahead.hpp"

#include <signal.h>

#include <chrono>

#include "interrupt.hpp"

namespace trifle::cli {
namespace {

constexpr auto kLookForInterrupts = std::chrono::milliseconds(50);

bool all_ascii(const char* text, std::size_t size) {
  unsigned char bits = 0;
  for (std::size_t i = 0; i < size; ++i) bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(text[i]));
  return bits < 0x80;
}

}  // namespace

ReadAhead::ReadAhead(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {
  // Signals are for the thread that decides: the new one inherits a mask without them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { work(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  source_->cancel();
  changed_.notify_all();
  thread_.join();
}

void ReadAhead::start(char* into, std::size_t size) {
  const std::lock_guard lock(mutex_);
  into_ = into;
  size_ = size;
  done_ = false;
  changed_.notify_all();
}

ReadAhead::Block ReadAhead::finish() {
  std::unique_lock lock(mutex_);
  // A signal doesn't wake a waiting condition, so it is looked for.
  while (!changed_.wait_for(lock, kLookForInterrupts, [&] { return done_; })) {
    if (interrupted()) return {};
  }
  if (failure_) std::rethrow_exception(failure_);
  return block_;
}

void ReadAhead::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stop_ || into_ != nullptr; });
    if (stop_) return;
    char* const into = into_;
    const std::size_t size = size_;
    lock.unlock();
    Block block;
    std::exception_ptr failure;
    try {
      block.size = source_->read(into, size);
      block.ascii = all_ascii(into, block.size);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    into_ = nullptr;
    block_ = block;
    failure_ = failure;
    done_ = true;
    changed_.notify_all();
  }
}

}  // namespace trifle::cli
