#pragma once

#include <string>

#include <trifle/stats/series.hpp>

#include "output/table.hpp"

namespace trifle::cli {

/// {"data":{"at":[…],"values":[…]}}: the family's shape.
std::string series_json(const stats::Series& series);

/// A line per bucket, a column per path; an absent number is an empty cell.
Table series_table(const stats::Series& series);

}  // namespace trifle::cli
