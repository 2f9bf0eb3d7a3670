#include <trifle/stats/series.hpp>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <trifle/stats/error.hpp>

#include "series/column_numbers.hpp"
#include "series/row_selection.hpp"
#include "series/total.hpp"
#include "time/rules.hpp"
#include "time/timeline.hpp"

namespace trifle::stats {
namespace {

using detail::Column;
using detail::ColumnBuilder;
using detail::Frame;

constexpr std::size_t kMostBuckets = 10'000'000;

void set_bit(std::vector<std::uint64_t>& bits, std::size_t index, std::size_t size) {
  if (bits.empty()) bits.resize((size + 63) / 64);
  bits[index / 64] |= std::uint64_t{1} << (index % 64);
}

}  // namespace

Series Series::closed() const {
  const Frame& frame = *columns_->frame();
  if (frame.partial.empty()) return *this;
  std::vector<std::uint64_t> bits((size() + 63) / 64);
  for (std::size_t row = 0; row < size(); ++row)
    if (!columns_->partial(row)) set_bit(bits, row, size());
  const detail::RowSelection kept(std::move(bits));

  auto closed = std::make_shared<Frame>();
  closed->bucketing = frame.bucketing;
  closed->granularity = frame.granularity;
  closed->now = frame.now;
  for (std::size_t row = 0; row < size(); ++row)
    if (kept.holds(row)) closed->buckets.push_back(frame.buckets[row]);
  if (!closed->buckets.empty()) {
    closed->first = columns_->partial(0) ? closed->buckets.front() : frame.first;
    closed->last = columns_->partial(size() - 1) ? closed->buckets.back() : frame.last;
  }
  const auto make = [&](const Column& column, ColumnBuilder& builder) {
    detail::for_each_number(column, {0, size()}, [&](std::size_t row, Number number) {
      if (kept.holds(row)) builder.add(kept.rank(row), number);
    });
  };
  return Series(std::make_shared<const detail::Columns>(detail::remade(*columns_, std::move(closed), make)));
}

Series Series::rebucket(std::string_view granularity) const {
  const Granularity coarse(granularity);
  if (empty()) return *this;
  const Frame& fine = *columns_->frame();
  const auto& rules = fine.bucketing.rules();

  auto frame = std::make_shared<Frame>();
  frame->bucketing = fine.bucketing;
  frame->granularity = coarse;
  frame->now = fine.now;
  frame->buckets = detail::timeline_seconds(rules, Instant::from_unix(fine.first), Instant::from_unix(fine.last),
                                            coarse, kMostBuckets);
  const auto& buckets = frame->buckets;
  frame->first = buckets.front();
  frame->last = buckets.back();
  detail::mark_open(*frame);

  const auto end_of = [&](std::size_t bucket) {
    return bucket + 1 < buckets.size() ? buckets[bucket + 1] : detail::bucket_after(rules, buckets[bucket], coarse);
  };
  const auto end_of_row = [&](std::int64_t at) { return detail::bucket_after(rules, at, *fine.granularity); };
  std::vector<std::size_t> places;
  places.reserve(size());
  std::size_t place = 0;
  for (std::size_t row = 0; row < size(); ++row) {
    const std::int64_t at = fine.buckets[row];
    while (place + 1 < buckets.size() && buckets[place + 1] <= at) ++place;
    // Only the last row in a bucket can reach into the next: the others end where the next row begins.
    const bool last = row + 1 == size() || (place + 1 < buckets.size() && fine.buckets[row + 1] >= buckets[place + 1]);
    if (last && end_of_row(at) > end_of(place))
      throw InvalidArgument("rebucket: the bucket of " + fine.granularity->to_string() + " from " +
                                fine.bucketing.format(Instant::from_unix(at)) + " is in more than one of " +
                                coarse.to_string(),
                            {.operation = "rebucket"});
    places.push_back(place);
    if (columns_->partial(row)) set_bit(frame->partial, place, buckets.size());
  }
  if (buckets.front() < fine.first) set_bit(frame->partial, 0, buckets.size());
  if (end_of(buckets.size() - 1) > end_of_row(fine.last)) set_bit(frame->partial, buckets.size() - 1, buckets.size());

  const auto make = [&](const Column& column, ColumnBuilder& builder) {
    detail::Total total;
    std::size_t open = buckets.size();
    const auto flush = [&] {
      if (open == buckets.size()) return;
      if (const auto value = total.value()) builder.add(open, *value);
    };
    detail::for_each_number(column, {0, size()}, [&](std::size_t row, Number number) {
      if (places[row] != open) {
        flush();
        open = places[row];
        total = {};
      }
      total.add(number);
    });
    flush();
  };
  return Series(std::make_shared<const detail::Columns>(detail::remade(*columns_, std::move(frame), make)));
}

}  // namespace trifle::stats
