#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/granularity.hpp>
#include <trifle/stats/instant.hpp>
#include <trifle/stats/number.hpp>

namespace trifle::stats {

namespace detail {
class Columns;
}

/// What `Stats::values` returns: buckets in ascending order, each with the numbers that were found in it.
///
/// Inside, one column per path, so that a year of minutes is small and quick to go through; a path that few buckets
/// have is kept sparse. What was never written is absent, never zero. Immutable: a copy shares the data and costs a
/// pointer; use it from as many threads as you like.
class Series {
 public:
  class Row;
  struct Point;
  class Iterator;

  /// No buckets.
  Series();

  std::size_t size() const noexcept;  ///< buckets
  bool empty() const noexcept { return size() == 0; }

  Instant at(std::size_t index) const;        ///< the start of a bucket; index < size()
  Point operator[](std::size_t index) const;  ///< index < size()
  Iterator begin() const noexcept;            ///< goes on while any copy of this series lives
  Iterator end() const noexcept;

  /// The number at a path in one bucket; absent where there is none. index < size()
  std::optional<Number> value(std::size_t index, std::string_view path) const;

  /// The paths that hold a number in some bucket, spelled as `Path` reads them, ascending.
  std::vector<std::string> paths() const;

  const Bucketing& bucketing() const noexcept;                     ///< the zone and week start that it was read in
  const std::optional<Granularity>& granularity() const noexcept;  ///< nothing in a default-made series

  /// {"at":["2026-07-15T12:00:00+02:00",…],"values":[{"count":3,"country":{"us":3}},{},…]}, in one line: the family's
  /// shape, names sorted, numbers exact, times in the zone. Where a name is both a number and a map, the map is shown.
  std::string to_json() const;

  explicit Series(std::shared_ptr<const detail::Columns> columns) noexcept;  ///< private to the library
  const detail::Columns& columns() const noexcept { return *columns_; }      ///< private to the library

 private:
  std::shared_ptr<const detail::Columns> columns_;
};

/// One bucket of a series: a view, valid while any copy of the series lives.
class Series::Row {
 public:
  /// The number at a path, "country.us"; absent where there is none.
  std::optional<Number> operator[](std::string_view path) const;

  bool blank() const noexcept;             ///< nothing was written in it
  std::vector<std::string> paths() const;  ///< the paths that hold a number in it, ascending
  std::string to_json() const;             ///< one nested object

 private:
  friend class Series;
  friend class Series::Iterator;
  Row(const detail::Columns* columns, std::size_t index) noexcept : columns_(columns), index_(index) {}

  const detail::Columns* columns_;
  std::size_t index_;
};

/// A bucket's start and what it holds: `for (const auto& [at, row] : series)`.
struct Series::Point {
  Instant at;
  Row row;
};

class Series::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using value_type = Point;
  using difference_type = std::ptrdiff_t;
  using reference = Point;
  using pointer = void;

  Iterator() = default;

  Point operator*() const;
  Iterator& operator++() noexcept {
    ++index_;
    return *this;
  }
  Iterator operator++(int) noexcept {
    auto before = *this;
    ++index_;
    return before;
  }
  friend bool operator==(const Iterator&, const Iterator&) noexcept = default;

 private:
  friend class Series;
  Iterator(const detail::Columns* columns, std::size_t index) noexcept : columns_(columns), index_(index) {}

  const detail::Columns* columns_ = nullptr;
  std::size_t index_ = 0;
};

}  // namespace trifle::stats
