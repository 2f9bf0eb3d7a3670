#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <trifle/stats/series.hpp>

/// A series done the slow and obvious way: each row a map, each answer one loop over the rows. What Series answers is
/// compared with it. Fractions must be multiples of 1/64 of less than 2^40, so that every sum here is exact.
class SlowSeries {
 public:
  using Number = trifle::stats::Number;
  using Name = std::vector<std::string>;  ///< literal segments
  using Row = std::map<Name, Number>;
  using Span = std::pair<std::size_t, std::size_t>;  ///< from the first row up to but not including the second

  SlowSeries(trifle::stats::Bucketing bucketing, trifle::stats::Granularity granularity,
             std::vector<trifle::stats::Instant> at, std::vector<Row> rows);
  /// The same numbers, taken out of a series one by one.
  explicit SlowSeries(const trifle::stats::Series& series);

  const std::vector<Row>& rows() const { return rows_; }
  Span all() const { return {0, rows_.size()}; }
  std::vector<Span> slices(std::size_t count) const;

  std::vector<std::string> paths() const;
  std::vector<std::string> expand(const std::string& path) const;
  std::optional<Number> aggregate(const std::string& path, trifle::stats::Aggregator by, Span rows) const;
  std::vector<std::optional<Number>> timeline(const std::string& path, trifle::stats::Missing missing) const;
  trifle::stats::Category category(const std::string& path, trifle::stats::Empty empty, Span rows) const;

  /// One value per row, at one path.
  using Values = std::vector<std::optional<Number>>;
  Values values(const std::string& path) const;
  Values rate(const std::string& path, double per) const;
  Values delta(const std::string& path) const;
  Values cumulative(const std::string& path) const;
  Values rolling(const std::string& path, std::size_t buckets, trifle::stats::Aggregator by) const;
  std::map<trifle::stats::Instant, Number> rebucket(const std::string& path,
                                                    const trifle::stats::Granularity& granularity) const;

  static std::optional<Number> difference(Number a, Number b);
  static std::optional<Number> ratio(Number a, Number b);  ///< nothing to 0

  static std::string spelled(const Name& name);
  static std::string stored(const Name& name);

 private:
  struct Segment {
    std::string text;
    bool wildcard;
  };
  static std::vector<Segment> split(const std::string& path);
  static Name name_of(const std::string& path);

  trifle::stats::Bucketing bucketing_;
  trifle::stats::Granularity granularity_;
  std::vector<trifle::stats::Instant> at_;
  std::vector<Row> rows_;
};
