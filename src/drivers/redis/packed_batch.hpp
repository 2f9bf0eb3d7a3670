#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "driver/bucket_span.hpp"
#include "driver/rows.hpp"

namespace trifle::stats::detail::redis {

/// Rows as one MessagePack text, which scripts read: {shapes, rows[, expiry]}. A shape is {increments, name, …}: the
/// names of rows that have the same, increments before sets; a row is {shape, number, …}. Integers beyond 2^53 and
/// what is set travel as decimal text. A row with more names than a script can hand to a command becomes several.
class PackedBatch {
 public:
  void start();
  void add(const Row& row, Expiry expiry);
  void finish();

  const std::string& text() const noexcept { return text_; }
  /// Which row each entry is of, by its number in the order of `add`.
  const std::vector<std::size_t>& rows() const noexcept { return rows_; }

 private:
  void add_part(std::span<const Field> increments, std::span<const Field> sets);
  std::size_t shape_of(std::span<const Field> increments, std::span<const Field> sets);

  std::vector<std::size_t> rows_;
  std::size_t added_ = 0;
  std::string text_;
  std::string entries_;
  std::string expiries_;
  bool any_expiry_ = false;

  std::unordered_map<std::string, std::size_t> shapes_;
  std::string shape_texts_;
  std::string shape_;  // kept for its memory
  std::vector<std::string_view> last_names_;
  std::size_t last_increments_ = 0;
  std::size_t last_shape_ = 0;
};

}  // namespace trifle::stats::detail::redis
