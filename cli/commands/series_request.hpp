#pragma once

#include <string>
#include <vector>

#include "settings/time_range.hpp"

namespace trifle::cli {

/// Which numbers a command reads, and what is made of them before it shows them.
struct SeriesRequest {
  std::string key;
  RangeRequest range;
  std::string granularity;
  std::vector<std::string> expressions;  ///< "revenue / count as average", each seeing what those before it made
  std::string rolling;                   ///< "7", "7:sum"
  std::string compare;                   ///< "previous", "year"
  bool closed = false;                   ///< without the bucket that is not over
  bool skip_blanks = false;
};

}  // namespace trifle::cli
