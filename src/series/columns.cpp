#include "series/columns.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

// The characters that spell differently in a stored name, or that may stand for something else in a path.
constexpr std::string_view kSpecial("\0\"$%*\\", 6);

}  // namespace

Columns::Columns(Bucketing bucketing, const Granularity& granularity, std::vector<std::int64_t> buckets,
                 std::vector<Column> columns)
    : bucketing_(std::move(bucketing)),
      granularity_(granularity),
      buckets_(std::move(buckets)),
      columns_(std::move(columns)) {
  std::sort(columns_.begin(), columns_.end(), [](const Column& a, const Column& b) { return a.name() < b.name(); });
}

const Column* Columns::find(std::string_view stored) const noexcept {
  const auto at = std::lower_bound(columns_.begin(), columns_.end(), stored,
                                   [](const Column& column, std::string_view name) { return column.name() < name; });
  return at != columns_.end() && at->name() == stored ? &*at : nullptr;
}

const Column* Columns::find_path(std::string_view path) const {
  if (path.find_first_of(kSpecial) == std::string_view::npos) return find(path);
  std::string stored;
  return append_stored_path(stored, path) ? find(stored) : nullptr;
}

std::size_t Columns::bytes() const noexcept {
  std::size_t bytes = sizeof(Columns) + buckets_.capacity() * sizeof(std::int64_t);
  for (const Column& column : columns_) bytes += column.bytes();
  return bytes + (columns_.capacity() - columns_.size()) * sizeof(Column);
}

}  // namespace trifle::stats::detail
