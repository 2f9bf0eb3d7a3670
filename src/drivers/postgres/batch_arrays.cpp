#include "drivers/postgres/batch_arrays.hpp"

#include <algorithm>
#include <utility>

namespace trifle::stats::detail::postgres {

BatchArrays::BatchArrays(const Table& table, Pieces pieces) : table_(table), growth_(pieces) {}

void BatchArrays::add(const Row& row) {
  if (is_full()) pieces_.push_back(take());
  if (columns_.empty()) {
    for (const auto column : table_.identity_columns())
      columns_.emplace_back(column == "at" ? ArrayBuilder::Of::Time : ArrayBuilder::Of::Text);
  }
  columns_.front().text(row.stored_key);
  if (table_.identity == Identity::Separated) columns_[1].text(row.granularity);
  if (table_.identity != Identity::Full) columns_.back().time(row.at);
}

void BatchArrays::add(const Row& row, std::string_view json) {
  add(row);
  data_.jsonb(json);
}

void BatchArrays::add(const Row& row, std::string_view json, std::uint32_t writer) {
  add(row, json);
  writers_of_all_.push_back(writer);
}

void BatchArrays::add(const Row& row, std::string_view json, std::string_view place, std::string_view writer) {
  add(row, json);
  places_.raw(place);
  writers_.raw(writer);
}

Parameters BatchArrays::take() {
  Parameters parameters;
  for (auto& column : columns_) parameters.array(std::move(column).finish());
  columns_.clear();
  const auto end = [&](ArrayBuilder& values, ArrayBuilder::Of type) {
    if (values.size() > 0) parameters.array(std::exchange(values, ArrayBuilder(type)).finish());
  };
  end(data_, ArrayBuilder::Of::Jsonb);
  end(places_, ArrayBuilder::Of::Place);
  std::sort(writers_of_all_.begin(), writers_of_all_.end());
  const auto repeated = std::unique(writers_of_all_.begin(), writers_of_all_.end());
  for (auto writer = writers_of_all_.begin(); writer != repeated; ++writer) writers_.transaction(*writer);
  writers_of_all_.clear();
  end(writers_, ArrayBuilder::Of::Transaction);
  if (growth_ == Pieces::Growing) piece_ *= 2;
  return parameters;
}

std::vector<Parameters> BatchArrays::finish() && {
  if (!empty()) pieces_.push_back(take());
  return std::move(pieces_);
}

}  // namespace trifle::stats::detail::postgres
