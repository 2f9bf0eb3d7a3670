#include <trifle/stats/series.hpp>

#include <algorithm>
#include <utility>

#include "series/columns.hpp"
#include "series/csv_text.hpp"
#include "values/number_text.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats {

std::string Series::to_csv() const {
  std::vector<std::pair<std::string, const detail::Column*>> order;
  for (const detail::Column& column : columns_->columns()) order.emplace_back(detail::spelled(column.name()), &column);
  std::sort(order.begin(), order.end());
  detail::CsvText csv;
  csv.cell("at");
  for (const auto& [name, column] : order) csv.cell(name);
  csv.end_row();
  std::string text;
  for (std::size_t row = 0; row < size(); ++row) {
    csv.cell(bucketing().format(at(row)));
    for (const auto& [name, column] : order) {
      text.clear();
      if (const auto number = column->value(row)) detail::append_number(text, *number);
      csv.cell(text);
    }
    csv.end_row();
  }
  return csv.take();
}

}  // namespace trifle::stats
