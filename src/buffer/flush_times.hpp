#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace trifle::stats::detail {

/// How long flushes took, in classes that are an eighth wide: any number of them in fixed memory.
class FlushTimes {
 public:
  using Duration = std::chrono::nanoseconds;

  void add(Duration took) noexcept {
    last_ = took;
    max_ = std::max(max_, took);
    ++classes_[class_of(static_cast<std::uint64_t>(std::max<Duration::rep>(took.count(), 0)))];
    ++count_;
  }

  std::uint64_t count() const noexcept { return count_; }
  Duration last() const noexcept { return last_; }
  Duration max() const noexcept { return max_; }

  /// The upper end of the class that holds the share's last flush, 0 where there was none.
  Duration percentile(double share) const noexcept {
    auto left = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      if (classes_[i] > left) return std::min(Duration(static_cast<Duration::rep>(upper(i))), max_);
      left -= classes_[i];
    }
    return max_;
  }

 private:
  static constexpr int kBits = 3;  // 8 classes for each power of two

  static std::size_t class_of(std::uint64_t value) noexcept {
    if (value < (1u << kBits)) return value;
    const int shift = std::bit_width(value) - 1 - kBits;
    return (static_cast<std::size_t>(shift + 1) << kBits) + ((value >> shift) & ((1u << kBits) - 1));
  }
  static std::uint64_t upper(std::size_t index) noexcept {
    if (index < (1u << kBits)) return index;
    const auto shift = (index >> kBits) - 1;
    return (((std::uint64_t{1} << kBits) + (index & ((1u << kBits) - 1)) + 1) << shift) - 1;
  }

  std::array<std::uint64_t, 62u << kBits> classes_{};
  std::uint64_t count_ = 0;
  Duration last_{0};
  Duration max_{0};
};

}  // namespace trifle::stats::detail
