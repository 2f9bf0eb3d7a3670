#pragma once

#include <algorithm>

namespace trifle::stats::detail {

/// Whether to try a quicker way that is work thrown away where it fails: after some batches that it would have fitted,
/// after more of them each time that it failed.
class Guess {
 public:
  explicit Guess(int needed) noexcept : needed_(needed) {}

  bool is_worth_a_try() const noexcept { return in_a_row_ >= needed_; }
  void would_have_fitted(bool fitted) noexcept { in_a_row_ = fitted ? in_a_row_ + 1 : 0; }
  void failed() noexcept {
    in_a_row_ = 0;
    needed_ = std::clamp(needed_ * 2, 1, 64);
  }

 private:
  int in_a_row_ = 0;
  int needed_;
};

}  // namespace trifle::stats::detail
