#pragma once

#include <stdexcept>

namespace trifle::cli {

// The exit codes of the program.
inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUse = 2;
inline constexpr int kInterrupted = 130;

/// What went wrong, in one line that says what to do next; the program ends with kFailed.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The command line itself is wrong; the program ends with kWrongUse.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Whoever read our standard output has gone: nothing is left to do, and nothing to complain about.
class OutputClosed : public std::exception {};

}  // namespace trifle::cli
