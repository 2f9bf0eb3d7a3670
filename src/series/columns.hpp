#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>

#include "series/column.hpp"

namespace trifle::stats::detail {

/// What a Series holds: the bucket starts, and a column per path. Immutable, shared by its copies and their threads.
class Columns {
 public:
  /// No buckets.
  Columns() = default;

  /// `buckets` are unix seconds, ascending; `columns` in any order, no name twice, none without a number, their rows
  /// below the number of buckets.
  Columns(Bucketing bucketing, const Granularity& granularity, std::vector<std::int64_t> buckets,
          std::vector<Column> columns);

  const Bucketing& bucketing() const noexcept { return bucketing_; }
  const std::optional<Granularity>& granularity() const noexcept { return granularity_; }

  std::size_t size() const noexcept { return buckets_.size(); }
  std::span<const std::int64_t> buckets() const noexcept { return buckets_; }

  /// Ascending bytewise by stored name.
  std::span<const Column> columns() const noexcept { return columns_; }

  /// The column of a stored name, or null.
  const Column* find(std::string_view stored) const noexcept;

  /// The column of a path as users spell it (see Path), or null.
  const Column* find_path(std::string_view path) const;

  std::size_t bytes() const noexcept;  ///< memory held

 private:
  Bucketing bucketing_;
  std::optional<Granularity> granularity_;
  std::vector<std::int64_t> buckets_;
  std::vector<Column> columns_;
};

}  // namespace trifle::stats::detail
