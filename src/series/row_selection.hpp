#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace trifle::stats::detail {

/// Some of a series' rows, and where each of them goes when the others are left out.
class RowSelection {
 public:
  /// A bit per row.
  explicit RowSelection(std::vector<std::uint64_t> bits) : bits_(std::move(bits)) {
    ranks_.reserve(bits_.size());
    for (const std::uint64_t word : bits_) {
      ranks_.push_back(count_);
      count_ += static_cast<std::size_t>(std::popcount(word));
    }
  }

  std::size_t count() const noexcept { return count_; }
  bool holds(std::size_t row) const noexcept { return (bits_[row / 64] >> (row % 64) & 1) != 0; }

  /// How many selected rows are before this one.
  std::size_t rank(std::size_t row) const noexcept {
    const std::uint64_t before = bits_[row / 64] & ((std::uint64_t{1} << (row % 64)) - 1);
    return ranks_[row / 64] + static_cast<std::size_t>(std::popcount(before));
  }

 private:
  std::vector<std::uint64_t> bits_;
  std::vector<std::size_t> ranks_;
  std::size_t count_ = 0;
};

}  // namespace trifle::stats::detail
