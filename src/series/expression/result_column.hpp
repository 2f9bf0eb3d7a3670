#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "series/column.hpp"
#include "series/column_builder.hpp"
#include "series/expression/lane.hpp"

namespace trifle::stats::detail {

/// Makes a column of a program's results. They come lane by lane, so most of it is done for many rows at once; a
/// ColumnBuilder takes over where an integer beyond 2^53 comes.
class ResultColumn {
 public:
  /// `total` rows has the series.
  explicit ResultColumn(std::size_t total);

  /// The next rows: kLaneRows of them, but for the last time.
  void add(const Lane& lane, std::size_t rows);

  Column finish(std::string name);

 private:
  void add_reals(const double* reals, std::size_t rows);
  void add_one(double real, std::size_t rows);
  void add_numbers(const Lane& lane, std::size_t rows);
  void use_reals();

  std::size_t total_;
  std::size_t next_ = 0;  ///< the row that comes next
  std::size_t count_ = 0;
  bool only_integers_ = true;
  std::vector<std::int64_t> integers_;  ///< of all rows so far, 0 where absent, while there are only integers
  std::vector<double> reals_;           ///< otherwise
  std::vector<std::uint64_t> present_;  ///< a bit per row
  std::optional<ColumnBuilder> exact_;  ///< holds all of it, once there is one
};

}  // namespace trifle::stats::detail
