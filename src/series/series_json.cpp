#include "series/series_json.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include <trifle/stats/instant.hpp>

#include "values/json_text.hpp"
#include "values/number_text.hpp"

namespace trifle::stats::detail {
namespace {

using Order = std::vector<const Column*>;

// The columns as their names nest. A name keeps its place however few rows have it.
Order nested_order(const Columns& columns) {
  Order order;
  order.reserve(columns.columns().size());
  for (const Column& column : columns.columns()) order.push_back(&column);
  std::sort(order.begin(), order.end(),
            [](const Column* a, const Column* b) { return nested_before(a->name(), b->name()); });
  return order;
}

void add_number(NestedJson& json, const Column& column, std::size_t slot) {
  char text[kNumberLength];
  const char* end = write_number(text, column.number(slot));
  json.add(column.name(), std::string_view(text, static_cast<std::size_t>(end - text)));
}

// Which slots of the sparse columns belong to a row, for all rows at once: ten thousand columns that a few rows have
// would take a search in each of them for every row.
class SparseRows {
 public:
  struct Cell {
    std::uint32_t column;  ///< in nested order
    std::uint32_t slot;
  };

  SparseRows(const Order& order, std::size_t rows) {
    starts_.resize(rows + 1);
    for (const Column* column : order)
      for (const std::uint32_t row : column->rows()) ++starts_[row + 1];
    for (std::size_t row = 0; row < rows; ++row) starts_[row + 1] += starts_[row];
    cells_.resize(starts_[rows]);
    std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
    for (std::uint32_t i = 0; i < order.size(); ++i)
      for (std::uint32_t slot = 0; slot < order[i]->rows().size(); ++slot)
        cells_[next[order[i]->rows()[slot]]++] = {i, slot};
  }

  std::span<const Cell> of(std::size_t row) const {
    return std::span(cells_).subspan(starts_[row], starts_[row + 1] - starts_[row]);
  }

 private:
  std::vector<std::size_t> starts_;
  std::vector<Cell> cells_;
};

}  // namespace

std::string series_json(const Columns& columns) {
  std::string out = "{\"at\":[";
  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (row > 0) out += ',';
    append_json_string(out, columns.bucketing().format(Instant::from_unix(columns.buckets()[row])));
  }
  out += "],\"values\":[";

  const Order order = nested_order(columns);
  const SparseRows sparse(order, columns.size());
  std::vector<std::uint32_t> dense;
  for (std::uint32_t i = 0; i < order.size(); ++i)
    if (!order[i]->sparse()) dense.push_back(i);

  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (row > 0) out += ',';
    NestedJson json(out);
    auto cell = sparse.of(row).begin();
    const auto last = sparse.of(row).end();
    for (const std::uint32_t i : dense) {
      for (; cell != last && cell->column < i; ++cell) add_number(json, *order[cell->column], cell->slot);
      if (const auto slot = order[i]->slot(row)) add_number(json, *order[i], *slot);
    }
    for (; cell != last; ++cell) add_number(json, *order[cell->column], cell->slot);
    json.finish();
  }
  out += "]}";
  return out;
}

std::string row_json(const Columns& columns, std::size_t row) {
  std::string out;
  NestedJson json(out);
  for (const Column* column : nested_order(columns))
    if (const auto slot = column->slot(row)) add_number(json, *column, *slot);
  json.finish();
  return out;
}

}  // namespace trifle::stats::detail
