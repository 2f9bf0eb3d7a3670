#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "series/column.hpp"
#include "series/expression/column_lanes.hpp"
#include "series/expression/lane.hpp"
#include "series/expression/program.hpp"
#include "series/expression/result_column.hpp"

namespace trifle::stats::detail {

/// Runs a program over columns, kLaneRows rows at a time.
class Evaluator {
 public:
  /// `columns` are the variables', null where no row has the path; `rows` has the series.
  Evaluator(const Program& program, std::span<const Column* const> columns, std::size_t rows);

  /// The results of all rows, under this stored name; it may hold no number. Once.
  Column run(std::string name);

 private:
  struct Place {
    Lane lane;
    LaneRoom room;
  };

  Lane compute(std::size_t first, std::size_t rows);
  void step(Operation operation, Place& a, const Lane& b, std::size_t rows);

  const Program& program_;
  std::size_t rows_;
  std::vector<ColumnLanes> variables_;
  std::vector<Lane> lanes_;  ///< of the variables, for the rows that are computed
  std::vector<Place> stack_;
  LaneRoom spare_;
  ResultColumn results_;
};

}  // namespace trifle::stats::detail
