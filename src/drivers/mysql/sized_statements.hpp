#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "drivers/mysql/statement.hpp"

namespace trifle::stats::detail::mysql {

/// One statement for a number of rows at once, prepared for few numbers: each up to 32, and multiples of 64 up to 960.
/// So a batch of any size needs few statements, and the server keeps at most 47 of a kind. (A thousand and more keys
/// MariaDB would turn into a join.)
class SizedStatements {
 public:
  using Make = std::function<Statement(std::size_t rows)>;
  explicit SizedStatements(Make make) : make_(std::move(make)) {}

  /// How many of `rows` rows the next statement takes.
  static std::size_t step(std::size_t rows) noexcept {
    if (rows < kStep) return std::min(rows, kEach);
    return std::min(rows / kStep, kSteps) * kStep;
  }

  /// The size of a statement that takes `rows` rows and may be given the last one more than once; at most 960.
  static std::size_t padded(std::size_t rows) noexcept {
    return rows <= kEach ? rows : std::min((rows + kStep - 1) / kStep, kSteps) * kStep;
  }

  Statement& of(std::size_t rows) {
    auto& statement = rows <= kEach ? small_[rows - 1] : large_[rows / kStep - 1];
    if (!statement) statement.emplace(make_(rows));
    return *statement;
  }

 private:
  static constexpr std::size_t kEach = 32;
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kSteps = 15;

  Make make_;
  std::array<std::optional<Statement>, kEach> small_;
  std::array<std::optional<Statement>, kSteps> large_;
};

}  // namespace trifle::stats::detail::mysql
