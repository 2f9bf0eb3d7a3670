#include "series/expression/evaluator.hpp"

#include <algorithm>
#include <utility>

#include "series/expression/kernels.hpp"

namespace trifle::stats::detail {
Evaluator::Evaluator(const Program& program, std::span<const Column* const> columns, std::size_t rows)
    : program_(program), rows_(rows), lanes_(columns.size()), stack_(program.depth), results_(rows) {
  std::vector<const Column*> used(columns.size());
  for (const Step& next : program.steps)
    if (next.operation == Operation::Variable) used[next.index] = columns[next.index];
  variables_.reserve(used.size());
  for (const Column* column : used) variables_.emplace_back(column);
}

Column Evaluator::run(std::string name) {
  for (std::size_t first = 0; first < rows_; first += kLaneRows) {
    const std::size_t rows = std::min(kLaneRows, rows_ - first);
    results_.add(compute(first, rows), rows);
  }
  return results_.finish(std::move(name));
}

Lane Evaluator::compute(std::size_t first, std::size_t rows) {
  for (std::size_t i = 0; i < variables_.size(); ++i) lanes_[i] = variables_[i].next(first, rows);
  std::size_t height = 0;
  for (const Step& next : program_.steps) {
    switch (next.operation) {
      case Operation::Number:
        stack_[height++].lane = Lane(program_.numbers[next.index]);
        break;
      case Operation::Variable:
        stack_[height++].lane = lanes_[next.index];
        break;
      case Operation::Absent:
        stack_[height++].lane = Lane(kAbsent);
        break;
      case Operation::Negate:
      case Operation::Root:
        step(next.operation, stack_[height - 1], Lane(), rows);
        break;
      default:
        --height;
        step(next.operation, stack_[height - 1], stack_[height].lane, rows);
    }
  }
  return stack_[0].lane;
}

// Leaves the result in the place of `a`.
void Evaluator::step(Operation operation, Place& a, const Lane& b, std::size_t rows) {
  if (a.lane.is_one() && b.is_one()) {
    a.lane = Lane(apply(operation, a.lane.one(), b.one()));
    return;
  }
  if (a.lane.fits_reals() && b.fits_reals() && apply_fast(operation, a.lane, b, rows, spare_.reals())) {
    std::swap(a.room, spare_);
    a.lane = Lane(a.room.reals());
    return;
  }
  const Lane left = a.lane;
  a.lane = spare_.fill(rows, [&](std::size_t row) { return apply(operation, left.at(row), b.at(row)); });
  std::swap(a.room, spare_);
}

}  // namespace trifle::stats::detail
