#pragma once

#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/aggregate.hpp>
#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/category.hpp>
#include <trifle/stats/granularity.hpp>
#include <trifle/stats/instant.hpp>
#include <trifle/stats/number.hpp>
#include <trifle/stats/timeline.hpp>

namespace trifle::stats {

namespace detail {
class Columns;
}

struct Comparison;      // <trifle/stats/comparison.hpp>
struct CompareOptions;  // <trifle/stats/comparison.hpp>
class Transponder;      // <trifle/stats/transponder.hpp>

/// What `Stats::values` returns: buckets in ascending order, each with the numbers that were found in it.
///
/// Inside, one column per path, so that a year of minutes is small and quick to go through; a path that few buckets
/// have is kept sparse. What was never written is absent, never zero. Immutable: a copy shares the data and costs a
/// pointer; use it from as many threads as you like.
///
/// Everything below is pure: no clock, no locale, no database. Paths are spelled as Path reads them. Where a function
/// takes one path, one with a wildcard or that isn't UTF-8 throws InvalidArgument; one that isn't there is absent.
/// Buckets that were not over yet (`partial`) take part as they are, unless a function says otherwise; `closed()`
/// leaves them out.
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
  std::vector<std::string> available_paths() const { return paths(); }  ///< the family's name for it

  /// What `timeline` and `category` show for a path, ascending. `*` stands for every name at its place, in as many
  /// places as you like; a path that is a map in some bucket stands for the names in it, one level down; any other for
  /// itself, whether it is there or not. A path found by `*` or in a map may be a map again, without numbers of its
  /// own.
  std::vector<std::string> expand(std::string_view path) const;

  /// Whether a bucket holds less than it may in the end, so that its numbers are no match for its neighbours': it was
  /// not over when the series was read, or what was read covers a part of it only (see `rebucket`). index < size()
  bool partial(std::size_t index) const noexcept;

  /// The series without its partial buckets.
  Series closed() const;

  // Aggregates of the numbers at one path: of all buckets, absent where there is no number; or one per slice, the
  // oldest first. Without buckets there are no slices. Throw InvalidArgument for no slices, and for more than there are
  // buckets.
  std::optional<Number> sum(std::string_view path) const { return aggregate(path, Aggregator::Sum); }
  std::optional<Number> mean(std::string_view path) const { return aggregate(path, Aggregator::Mean); }
  std::optional<Number> min(std::string_view path) const { return aggregate(path, Aggregator::Min); }
  std::optional<Number> max(std::string_view path) const { return aggregate(path, Aggregator::Max); }
  std::optional<Number> aggregate(std::string_view path, Aggregator by) const;

  using Aggregates = std::vector<std::optional<Number>>;
  Aggregates sum(std::string_view path, AggregateOptions options) const {
    return aggregate(path, Aggregator::Sum, options);
  }
  Aggregates mean(std::string_view path, AggregateOptions options) const {
    return aggregate(path, Aggregator::Mean, options);
  }
  Aggregates min(std::string_view path, AggregateOptions options) const {
    return aggregate(path, Aggregator::Min, options);
  }
  Aggregates max(std::string_view path, AggregateOptions options) const {
    return aggregate(path, Aggregator::Max, options);
  }
  Aggregates aggregate(std::string_view path, Aggregator by, AggregateOptions options) const;

  /// How many buckets hold a number at the path: 0 where none does.
  std::size_t count(std::string_view path) const;
  std::vector<std::size_t> count(std::string_view path, Slices slices) const;

  /// Points for charts, of every path that `expand` finds. In slices, as `sum`.
  Timeline timeline(std::string_view path, const TimelineOptions& options = {}) const;
  SlicedTimeline timeline(std::string_view path, Slices slices, const TimelineOptions& options = {}) const;

  /// The sum at every path that `expand` finds. In slices, as `sum`.
  Category category(std::string_view path, const CategoryOptions& options = {}) const;
  std::vector<Category> category(std::string_view path, Slices slices, const CategoryOptions& options = {}) const;

  // What follows returns another series: computed at every path, bucket by bucket. A bucket of it is partial where one
  // that took part is.

  /// Numbers per `per`: 30 in a minute are 0.5 per second. By the time that really passed, so a day with a change of
  /// the clock has 23 or 25 hours. Absent in partial buckets, whose time is not known. Throws InvalidArgument for a
  /// `per` that isn't above 0 and finite.
  Series rate(std::chrono::duration<double> per = std::chrono::seconds(1)) const;

  /// By how much each number differs from that of the bucket before it in the series; absent where either is. Exact for
  /// integers.
  Series delta() const;

  /// The sum of the numbers up to each bucket, which a bucket without a number has, too; absent before the first.
  Series cumulative() const;

  /// The aggregate of each bucket and the `buckets - 1` before it in the series. Absent in the first `buckets - 1`, and
  /// of nothing; buckets that lack a number are passed over. Throws InvalidArgument for 0.
  Series rolling(std::size_t buckets, Aggregator by) const;

  /// This series beside an earlier one by the calendar: Monday with Monday where weeks lie between them, day 12 with
  /// day 12 where months do, 10:00 with 10:00 by the clock. What has no counterpart is absent: the 31st beside a
  /// shorter month, 29 February, an hour that the clock skipped, the second of a repeated hour, what lies before the
  /// second of two midnights. Weeks, and buckets of several days, are counted within their year where years lie between
  /// them; buckets of several hours within their day. Throws InvalidArgument where granularity, zone or week start
  /// differ.
  Comparison compare(const Series& previous) const;
  Comparison compare(const Series& previous, const CompareOptions& options) const;

  /// Coarser buckets: the sums of those in them, in the series' zone, with every bucket from the first to the last. For
  /// what was added up (`track`), not for what was set. The first and the last are partial where the series covers only
  /// a part of them. Throws InvalidArgument where a bucket would belong to two, as weeks to months, and for more than
  /// 10 million buckets.
  Series rebucket(std::string_view granularity) const;

  /// The series with one more path, `response`: what `expression` makes of the numbers at `paths`, which are `a`, `b`,
  /// … in it, bucket by bucket. `transform({"revenue", "count"}, "a / b", "average")`. Throws InvalidArgument, with the
  /// place in the expression. See Transponder, which is the same, prepared once for many series.
  Series transform(const std::vector<std::string>& paths, std::string_view expression, std::string_view response) const;
  Series transform(const Transponder& transponder) const;

  /// Several, in their order: each sees what those before it have made.
  Series transform(const std::vector<Transponder>& transponders) const;

  const Bucketing& bucketing() const noexcept;                     ///< the zone and week start that it was read in
  const std::optional<Granularity>& granularity() const noexcept;  ///< nothing in a default-made series

  /// {"at":["2026-07-15T12:00:00+02:00",…],"values":[{"count":3,"country":{"us":3}},{},…]}, in one line: the family's
  /// shape, names sorted, numbers exact, times in the zone. Where a name is both a number and a map, the map is shown.
  std::string to_json() const;

  /// A table, RFC 4180 with `\n`: `at`, then a column per path, ascending; a cell without a number is empty. Numbers
  /// exact, times in the zone.
  std::string to_csv() const;

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
