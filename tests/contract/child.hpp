#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace trifle::stats::test {

/// Bytes from one process to another; a read waits for the other side, so nobody has to sleep.
class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_) != 0) throw std::runtime_error("no pipe");
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    ::close(ends_[0]);
    close_writing();
  }

  void put(char byte = '.') {
    if (::write(ends_[1], &byte, 1) != 1) throw std::runtime_error("the pipe is closed");
  }
  /// Nothing where the writing side is closed.
  std::optional<char> get() {
    char byte = 0;
    if (::read(ends_[0], &byte, 1) != 1) return std::nullopt;
    return byte;
  }
  bool wait() { return get().has_value(); }
  /// What is left once nobody writes any more.
  std::size_t drain() {
    std::size_t count = 0;
    while (wait()) ++count;
    return count;
  }
  void close_writing() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }

 private:
  int ends_[2] = {-1, -1};
};

/// A forked process that runs `work` and ends without the parent's destructors; its status is 0 where `work` returned
/// true. Killed, where it still runs at the end.
class Child {
 public:
  template <class Work>
  explicit Child(Work&& work) : pid_(::fork()) {
    if (pid_ < 0) throw std::runtime_error("no fork");
    if (pid_ > 0) return;
    int status = 1;
    try {
      status = work() ? 0 : 1;
    } catch (const std::exception& error) {
      std::cerr << "child: " << error.what() << std::endl;
      status = 2;
    }
    ::_exit(status);
  }
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { kill(); }

  void kill() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }

  /// True where `work` returned true.
  bool succeeded() {
    int status = -1;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  ::pid_t pid_;
};

}  // namespace trifle::stats::test
