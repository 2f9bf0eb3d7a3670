#include "interrupt.hpp"

#include <atomic>
#include <csignal>

namespace trifle::cli {
namespace {

// The thread that reads ahead looks at it too. Lock-free, so a handler may set it.
std::atomic<bool> signal_came{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void note_signal(int) { signal_came.store(true, std::memory_order_relaxed); }

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // and no SA_RESTART: read returns
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() noexcept { return signal_came.load(std::memory_order_relaxed); }

}  // namespace trifle::cli
