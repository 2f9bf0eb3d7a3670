#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <trifle/stats/aggregate.hpp>
#include <trifle/stats/number.hpp>

namespace trifle::stats {

/// Totals by path, ascending by path. A path without a number is not in it, unless CategoryOptions ask for zeros.
using Category = std::map<std::string, Number>;

struct CategoryOptions {
  Empty empty = Empty::Absent;

  /// Given each number of each bucket with its path: what it returns is counted instead, under the name that it
  /// returns. What comes under one name adds up.
  std::function<std::pair<std::string, Number>(std::string_view path, Number value)> transform = {};
};

}  // namespace trifle::stats
