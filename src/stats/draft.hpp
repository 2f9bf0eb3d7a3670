#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "buffer/merge.hpp"
#include "driver/measurement.hpp"

namespace trifle::stats::detail {

/// Measurements that one caller gathers and writes together: what a Batch holds, and a call that isn't buffered. They
/// are merged for a driver of rows, and kept one by one, in order, for a driver of measurements. Not thread-safe.
class Draft {
 public:
  enum class For { Rows, Measurements };

  Draft(Merge::Config config, For kind) : merge_(std::move(config)), kind_(kind) {}

  /// Throws InvalidArgument, see Stats::track; then nothing of it is kept.
  template <class Values>
  void add(Change change, std::string_view key, Instant at, const Values& values, bool untracked) {
    add_with(change, at, untracked, [&] { merge_.add(change, key, at, values, untracked); });
  }
  /// The same of names and numbers that are kept apart.
  void add(Change change, std::string_view key, Instant at, std::span<const Payload::Item> names,
           std::span<const Number> numbers, bool untracked) {
    add_with(change, at, untracked, [&] { merge_.add(change, key, at, names, numbers, untracked); });
  }

  std::size_t operations() const noexcept;
  std::size_t bytes() const noexcept;
  void clear();

  /// For rows.
  Merge& merge() noexcept { return merge_; }

  /// For measurements; `forget` takes the first ones away.
  std::span<Measurement> measurements() noexcept { return measurements_; }
  void forget(std::size_t count);

 private:
  template <class Add>
  void add_with(Change change, Instant at, bool untracked, Add&& add_to_merge) {
    if (kind_ == For::Measurements) merge_.clear();
    add_to_merge();
    if (kind_ == For::Measurements) keep(change, at, untracked);
  }
  void keep(Change change, Instant at, bool untracked);

  Merge merge_;  // for measurements: what checks each of them
  const For kind_;
  std::vector<Measurement> measurements_;
  std::size_t bytes_ = 0;
};

}  // namespace trifle::stats::detail
