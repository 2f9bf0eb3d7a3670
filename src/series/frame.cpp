#include "series/frame.hpp"

#include <algorithm>

#include "time/rules.hpp"
#include "time/timeline.hpp"

namespace trifle::stats::detail {

void mark_open(Frame& frame) {
  if (frame.buckets.empty() || !frame.granularity || !frame.now) return;
  const std::int64_t now = *frame.now;
  const auto& rules = frame.bucketing.rules();
  const auto open = std::partition_point(frame.buckets.begin(), frame.buckets.end(), [&](std::int64_t bucket) {
    return bucket <= now && bucket_after(rules, bucket, *frame.granularity) <= now;
  });
  if (open == frame.buckets.end()) return;
  const auto first = static_cast<std::size_t>(open - frame.buckets.begin());
  frame.partial.resize((frame.buckets.size() + 63) / 64);
  for (std::size_t row = first; row < frame.buckets.size(); ++row)
    frame.partial[row / 64] |= std::uint64_t{1} << (row % 64);
}

void merge_marks(std::vector<std::uint64_t>& marks, const std::vector<std::uint64_t>& others) {
  if (marks.size() < others.size()) marks.resize(others.size());
  for (std::size_t word = 0; word < others.size(); ++word) marks[word] |= others[word];
}

}  // namespace trifle::stats::detail
