#pragma once

#include <string_view>

#include <trifle/stats/number.hpp>

namespace trifle::stats::detail {

/// One number of a row: its path in the stored form (canonical, see stored_name.hpp) and its value.
struct Field {
  std::string_view name;
  Number number;
};

}  // namespace trifle::stats::detail
