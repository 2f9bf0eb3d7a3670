#include <trifle/stats/series.hpp>

#include <algorithm>
#include <utility>

#include "series/columns.hpp"
#include "series/series_json.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats {

Series::Series() {
  static const auto none = std::make_shared<const detail::Columns>();
  columns_ = none;
}

Series::Series(std::shared_ptr<const detail::Columns> columns) noexcept : columns_(std::move(columns)) {}

std::size_t Series::size() const noexcept { return columns_->size(); }

Instant Series::at(std::size_t index) const { return Instant::from_unix(columns_->buckets()[index]); }

Series::Point Series::operator[](std::size_t index) const { return {at(index), Row(columns_.get(), index)}; }

Series::Iterator Series::begin() const noexcept { return {columns_.get(), 0}; }
Series::Iterator Series::end() const noexcept { return {columns_.get(), size()}; }

std::optional<Number> Series::value(std::size_t index, std::string_view path) const {
  return Row(columns_.get(), index)[path];
}

std::vector<std::string> Series::paths() const {
  std::vector<std::string> paths;
  paths.reserve(columns_->columns().size());
  for (const detail::Column& column : columns_->columns()) paths.push_back(detail::spelled(column.name()));
  std::sort(paths.begin(), paths.end());
  return paths;
}

const Bucketing& Series::bucketing() const noexcept { return columns_->bucketing(); }
const std::optional<Granularity>& Series::granularity() const noexcept { return columns_->granularity(); }

bool Series::partial(std::size_t index) const noexcept { return columns_->partial(index); }

std::string Series::to_json() const { return detail::series_json(*columns_); }

std::optional<Number> Series::Row::operator[](std::string_view path) const {
  const detail::Column* column = columns_->find_path(path);
  return column == nullptr ? std::nullopt : column->value(index_);
}

bool Series::Row::blank() const noexcept {
  const auto columns = columns_->columns();
  return std::none_of(columns.begin(), columns.end(), [this](const auto& column) { return column.slot(index_); });
}

std::vector<std::string> Series::Row::paths() const {
  std::vector<std::string> paths;
  for (const detail::Column& column : columns_->columns())
    if (column.slot(index_)) paths.push_back(detail::spelled(column.name()));
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string Series::Row::to_json() const { return detail::row_json(*columns_, index_); }

Series::Point Series::Iterator::operator*() const {
  return {Instant::from_unix(columns_->buckets()[index_]), Row(columns_, index_)};
}

}  // namespace trifle::stats
