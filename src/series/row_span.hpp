#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {

/// Consecutive rows, from `first` up to but not including `last`.
struct RowSpan {
  std::size_t first = 0;
  std::size_t last = 0;

  std::size_t size() const noexcept { return last - first; }
};

/// `rows` shared out evenly, the oldest first; the oldest rows that are left over are in none. None of no rows. Throws
/// InvalidArgument for 0 slices and for more than rows.
inline std::vector<RowSpan> slice_rows(std::size_t rows, std::size_t slices) {
  if (slices == 0) throw InvalidArgument("slices: 0 slices; at least 1 is needed");
  if (rows == 0) return {};
  if (slices > rows)
    throw InvalidArgument("slices: " + std::to_string(slices) + " slices of " + std::to_string(rows) +
                          (rows == 1 ? " bucket" : " buckets") + "; at most one for each is possible");
  const std::size_t size = rows / slices;
  std::vector<RowSpan> spans;
  spans.reserve(slices);
  for (std::size_t first = rows - size * slices; first < rows; first += size) spans.push_back({first, first + size});
  return spans;
}

}  // namespace trifle::stats::detail
