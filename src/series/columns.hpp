#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>

#include "series/column.hpp"
#include "series/frame.hpp"

namespace trifle::stats::detail {

/// What a Series holds: the bucket starts, and a column per path. Immutable, shared by its copies and their threads; a
/// series that is made from another one shares the buckets and columns that stay as they are.
class Columns {
 public:
  /// No buckets.
  Columns();

  /// `columns` in any order, no name twice, none without a number, their rows below the number of buckets.
  Columns(std::shared_ptr<const Frame> frame, std::vector<Column> columns);

  /// The same with one more column, instead of those of its name and of what its name is the beginning of.
  Columns with(Column column) const;

  const std::shared_ptr<const Frame>& frame() const noexcept { return frame_; }
  const Bucketing& bucketing() const noexcept { return frame_->bucketing; }
  const std::optional<Granularity>& granularity() const noexcept { return frame_->granularity; }

  std::size_t size() const noexcept { return frame_->buckets.size(); }
  std::span<const std::int64_t> buckets() const noexcept { return frame_->buckets; }
  bool partial(std::size_t row) const noexcept { return !frame_->partial.empty() && Column::bit(frame_->partial, row); }

  /// Ascending bytewise by stored name.
  auto columns() const noexcept {
    return std::views::transform(columns_, [](const auto& column) -> const Column& { return *column; });
  }

  /// The column of a stored name, or null.
  const Column* find(std::string_view stored) const noexcept;

  /// The column of a path as users spell it (see Path), or null.
  const Column* find_path(std::string_view path) const;

  std::size_t bytes() const noexcept;  ///< memory held

 private:
  std::shared_ptr<const Frame> frame_;
  std::vector<std::shared_ptr<const Column>> columns_;
};

}  // namespace trifle::stats::detail
