#include "input/read_ahead.hpp"

#include <signal.h>

#include <chrono>
#include <cstring>
#include <utility>

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
  asked_.notify_one();
  thread_.join();
}

void ReadAhead::start(char* into, std::size_t size, Block reused) {
  {
    const std::lock_guard lock(mutex_);
    into_ = into;
    size_ = size;
    block_ = std::move(reused);
    state_ = State::Asked;
  }
  asked_.notify_one();
}

ReadAhead::Block ReadAhead::finish() {
  std::unique_lock lock(mutex_);
  if (state_ == State::Asked) {
    state_ = State::Idle;
    lock.unlock();
    read();
    return std::move(block_);
  }
  // A signal doesn't wake a waiting condition, so it is looked for.
  while (!done_.wait_for(lock, kLookForInterrupts, [&] { return state_ == State::Done; })) {
    if (interrupted()) return {};
  }
  if (failure_) std::rethrow_exception(failure_);
  return std::move(block_);
}

void ReadAhead::read() {
  block_.line_ends.clear();
  block_.size = source_->read(into_, size_);
  block_.ascii = all_ascii(into_, block_.size);
  const char* const end = into_ + block_.size;
  const char* at = into_;
  while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
    at = static_cast<const char*>(found) + 1;
    block_.line_ends.push_back(static_cast<std::uint32_t>(at - into_ - 1));
  }
}

void ReadAhead::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    asked_.wait(lock, [&] { return stop_ || state_ == State::Asked; });
    if (stop_) return;
    state_ = State::Reading;
    lock.unlock();
    std::exception_ptr failure;
    try {
      read();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    failure_ = failure;
    state_ = State::Done;
    lock.unlock();
    done_.notify_one();
    lock.lock();
  }
}

}  // namespace trifle::cli
