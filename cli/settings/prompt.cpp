#include "settings/prompt.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "failure.hpp"

namespace trifle::cli {
namespace {

volatile std::sig_atomic_t signal_that_came = 0;

extern "C" void note(int number) { signal_that_came = number; }

/// While it lives, a signal that would end the program only ends the read.
class Signals {
 public:
  Signals() {
    signal_that_came = 0;
    struct sigaction action {};
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < kNumbers.size(); ++i) sigaction(kNumbers[i], &action, &before_[i]);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() {
    for (std::size_t i = 0; i < kNumbers.size(); ++i) sigaction(kNumbers[i], &before_[i], nullptr);
  }

 private:
  static constexpr std::array<int, 5> kNumbers = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
  std::array<struct sigaction, kNumbers.size()> before_{};
};

/// The terminal of the program, silent while this lives.
class SilentTerminal {
 public:
  explicit SilentTerminal(const std::string& otherwise)
      : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    if (descriptor_ < 0 || ::tcgetattr(descriptor_, &before_) != 0) {
      if (descriptor_ >= 0) ::close(descriptor_);
      throw Failure(otherwise);
    }
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL | ICANON | ISIG;
    ::tcsetattr(descriptor_, TCSAFLUSH, &silent);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
    ::close(descriptor_);
  }

  void write(std::string_view text) const {
    [[maybe_unused]] const auto written = ::write(descriptor_, text.data(), text.size());
  }

  /// Without its line end; what came so far where a signal came.
  std::string read_line() const {
    std::string line;
    char c = 0;
    while (signal_that_came == 0) {
      const ssize_t got = ::read(descriptor_, &c, 1);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0 || c == '\n') break;
      line += c;
    }
    return line;
  }

 private:
  int descriptor_;
  termios before_{};
};

}  // namespace

std::string ask_secret(const std::string& question, const std::string& what, const std::string& otherwise) {
  std::string typed;
  int came = 0;
  {
    const Signals signals;
    const SilentTerminal terminal(otherwise);
    terminal.write(question);
    typed = terminal.read_line();
    came = signal_that_came;
  }
  if (came != 0) {
    std::signal(came, SIG_DFL);
    std::raise(came);
  }
  if (typed.empty()) throw Failure("no " + what + " was typed");
  return typed;
}

}  // namespace trifle::cli
