#include "series/column.hpp"

#include <algorithm>

namespace trifle::stats::detail {

std::optional<std::size_t> Column::slot(std::size_t row) const noexcept {
  if (sparse_) {
    const auto at = std::lower_bound(rows_.begin(), rows_.end(), row);
    if (at == rows_.end() || *at != row) return std::nullopt;
    return static_cast<std::size_t>(at - rows_.begin());
  }
  if (row >= slots() || (!present_.empty() && !bit(present_, row))) return std::nullopt;
  return row;
}

std::size_t Column::bytes() const noexcept {
  const std::size_t text =
      name_.capacity() > sizeof(std::string) / 2 ? name_.capacity() + 1 : 0;  // else inside the object
  return sizeof(Column) + text + integers_.capacity() * sizeof(std::int64_t) + reals_.capacity() * sizeof(double) +
         (present_.capacity() + real_slots_.capacity()) * sizeof(std::uint64_t) +
         rows_.capacity() * sizeof(std::uint32_t);
}

}  // namespace trifle::stats::detail
