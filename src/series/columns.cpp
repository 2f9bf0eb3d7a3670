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

Columns::Columns() {
  static const auto none = std::make_shared<const Frame>();
  frame_ = none;
}

Columns::Columns(std::shared_ptr<const Frame> frame, std::vector<Column> columns) : frame_(std::move(frame)) {
  columns_.reserve(columns.size());
  for (Column& column : columns) columns_.push_back(std::make_shared<const Column>(std::move(column)));
  std::sort(columns_.begin(), columns_.end(), [](const auto& a, const auto& b) { return a->name() < b->name(); });
}

Columns Columns::with(Column column) const {
  Columns changed = *this;
  const std::string below = column.name() + '.';
  std::erase_if(changed.columns_,
                [&](const auto& other) { return other->name() == column.name() || other->name().starts_with(below); });
  const auto at = std::lower_bound(changed.columns_.begin(), changed.columns_.end(), column.name(),
                                   [](const auto& other, const std::string& name) { return other->name() < name; });
  if (column.count() > 0) changed.columns_.insert(at, std::make_shared<const Column>(std::move(column)));
  return changed;
}

const Column* Columns::find(std::string_view stored) const noexcept {
  const auto at = std::lower_bound(columns_.begin(), columns_.end(), stored,
                                   [](const auto& column, std::string_view name) { return column->name() < name; });
  return at != columns_.end() && (*at)->name() == stored ? at->get() : nullptr;
}

const Column* Columns::find_path(std::string_view path) const {
  if (path.find_first_of(kSpecial) == std::string_view::npos) return find(path);
  std::string stored;
  return append_stored_path(stored, path) ? find(stored) : nullptr;
}

std::size_t Columns::bytes() const noexcept {
  std::size_t bytes = sizeof(Columns) + sizeof(Frame) + frame_->buckets.capacity() * sizeof(std::int64_t) +
                      frame_->partial.capacity() * sizeof(std::uint64_t) + columns_.capacity() * sizeof(columns_[0]);
  for (const auto& column : columns_) bytes += column->bytes();
  return bytes;
}

}  // namespace trifle::stats::detail
