#include "output/series_text.hpp"

#include "output/json_text.hpp"

namespace trifle::cli {

std::string series_json(const stats::Series& series) { return indented("{\"data\":" + series.to_json() + "}"); }

}  // namespace trifle::cli
