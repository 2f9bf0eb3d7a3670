#include "stats/draft.hpp"

#include <utility>

namespace trifle::stats::detail {

std::size_t Draft::operations() const noexcept {
  return kind_ == For::Rows ? merge_.operations() : measurements_.size();
}

std::size_t Draft::bytes() const noexcept { return kind_ == For::Rows ? merge_.bytes() : bytes_; }

void Draft::clear() {
  merge_.clear();
  measurements_.clear();
  bytes_ = 0;
}

void Draft::keep(Change change, Instant at, bool untracked) {
  auto row = std::move(merge_.contents(1).front());
  measurements_.push_back({.change = change,
                           .key = std::move(row.key),
                           .at = at,
                           .values = std::move(change == Change::Set ? row.sets : row.increments),
                           .untracked = untracked});
  bytes_ += memory_of(measurements_.back());
}

void Draft::forget(std::size_t count) {
  const auto end = measurements_.begin() + static_cast<std::ptrdiff_t>(count);
  for (auto each = measurements_.begin(); each != end; ++each) bytes_ -= memory_of(*each);
  measurements_.erase(measurements_.begin(), end);
}

}  // namespace trifle::stats::detail
