#pragma once

#include <string>

#include <trifle/stats/series.hpp>

namespace trifle::cli {

/// {"data":{"at":[…],"values":[…]}}: the family's shape.
std::string series_json(const stats::Series& series);

}  // namespace trifle::cli
