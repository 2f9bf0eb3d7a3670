#pragma once

#include <string>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::drivers {

struct ProcessOptions {
  Identity identity = Identity::Full;
  std::string separator = "::";
};

/// Everything in this process's memory, for tests and demonstrations: gone with the `Stats`. The same contract as every
/// other driver: atomic per batch, exact, safe from many threads. Throws InvalidArgument for a separator that is empty,
/// holds NUL or is not UTF-8.
Driver process(ProcessOptions options = {});

}  // namespace trifle::stats::drivers
