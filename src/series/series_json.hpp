#pragma once

#include <cstddef>
#include <string>

#include "series/columns.hpp"

namespace trifle::stats::detail {

/// The family's shape of a series, in one line; see Series::to_json.
std::string series_json(const Columns& columns);

/// One row of it, a nested object.
std::string row_json(const Columns& columns, std::size_t row);

}  // namespace trifle::stats::detail
