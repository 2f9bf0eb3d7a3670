#pragma once

#include <string>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {

/// Throws InvalidArgument, naming the option and its range, unless `given` lies in it; both ends are allowed.
template <class T>
void check_range(const std::string& option, T given, T from, T to) {
  if (given >= from && given <= to) return;
  throw InvalidArgument(option + " is " + std::to_string(given) + "; allowed is " + std::to_string(from) + " to " +
                        std::to_string(to));
}

}  // namespace trifle::stats::detail
