#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <trifle/stats/number.hpp>

namespace trifle::stats::detail {

/// What a step of a program does with the values on a stack.
enum class Operation : std::uint8_t {
  Number,    ///< pushes a number
  Variable,  ///< pushes a variable's value
  Absent,    ///< pushes nothing's value
  Negate,
  Root,
  Add,  ///< from here on: takes two, pushes one
  Subtract,
  Multiply,
  Divide,
  Min,
  Max,
};

struct Step {
  Operation operation;
  std::uint32_t index = 0;  ///< of a number, or of a variable
};

/// An expression as steps of a stack machine: what `compile` makes.
class Program {
 public:
  std::vector<Step> steps;
  std::vector<stats::Number> numbers;
  std::size_t depth = 0;  ///< values on the stack at most
};

}  // namespace trifle::stats::detail
