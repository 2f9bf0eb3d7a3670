#include "output/series_text.hpp"

#include "output/json_text.hpp"

namespace trifle::cli {

std::string series_json(const stats::Series& series) { return indented("{\"data\":" + series.to_json() + "}"); }

Table series_table(const stats::Series& series) {
  Table table;
  const std::vector<std::string> paths = series.paths();
  table.columns.emplace_back("at");
  table.columns.insert(table.columns.end(), paths.begin(), paths.end());
  table.rows.reserve(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    auto& cells = table.rows.emplace_back();
    cells.reserve(table.columns.size());
    cells.push_back(series.bucketing().format(series.at(i)));
    for (const auto& path : paths) {
      const auto number = series.value(i, path);
      cells.push_back(number ? number->to_string() : std::string());
    }
  }
  return table;
}

}  // namespace trifle::cli
