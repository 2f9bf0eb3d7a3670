#include "time/timeline.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {
namespace {

using Unit = Granularity::Unit;

// The longest that a bucket lasts, leaving aside changes of the clock, in seconds.
std::int64_t longest_bucket(const Granularity& granularity) {
  const std::int64_t count = granularity.count();
  switch (granularity.unit()) {
    case Unit::Second:
      return std::min<std::int64_t>(count, 60);
    case Unit::Minute:
      return std::min<std::int64_t>(count, 60) * kMinute;
    case Unit::Hour:
      return std::min<std::int64_t>(count, 24) * kHour;
    case Unit::Day:
      return std::min<std::int64_t>(count, 366) * kDay;
    case Unit::Week:
      return std::min<std::int64_t>(count, 53) * 7 * kDay;
    case Unit::Month:
      return std::min<std::int64_t>(count, 12) * 31 * kDay;
    case Unit::Quarter:
      return std::min<std::int64_t>(count, 4) * 92 * kDay;
    case Unit::Year:
      return count * 366 * kDay;
  }
  return 1;
}

// How far apart the buckets are while the offset doesn't change, where that is always the same; otherwise 0.
std::int64_t even_step(const Granularity& granularity) {
  const std::int64_t count = granularity.count();
  if (60 % count != 0) return 0;
  if (granularity.unit() == Unit::Second) return count;
  return granularity.unit() == Unit::Minute ? count * kMinute : 0;
}

class Steps {
 public:
  Steps(const Bucketing::Rules& rules, const Granularity& granularity) : rules_(rules), granularity_(granularity) {}

  std::int64_t floor(std::int64_t at) { return rules_.floor(rules_.local(at, recent_), granularity_); }

  /// Up to where the offset stays what it is at `at`.
  std::int64_t same_offset_until(std::int64_t at) { return rules_.local(at, recent_).stretch.end; }

  /// The family's next bucket, which must be a later one: where flooring falls back to `at` (beside changes of the
  /// clock by odd minutes), a longer step is taken.
  std::int64_t after(std::int64_t at) {
    const LocalTime local = rules_.local(at, recent_);
    for (std::int64_t count = granularity_.count();; count += granularity_.count()) {
      const std::int64_t next = floor(rules_.add(local, count, granularity_.unit()));
      if (next > at) return next;
    }
  }

 private:
  const Bucketing::Rules& rules_;
  const Granularity& granularity_;
  Stretch recent_;
};

}  // namespace

std::vector<std::int64_t> timeline_seconds(const Bucketing::Rules& rules, Instant from, Instant to,
                                           const Granularity& granularity, std::size_t max_points) {
  if (from > to) return {};
  Steps steps(rules, granularity);
  std::int64_t at = steps.floor(from.unix_seconds());
  std::int64_t last = steps.floor(to.unix_seconds());
  if (at > last) std::swap(at, last);  // floors can run backwards where the clock changes by less than an hour

  const auto refuse = [&] {
    throw InvalidArgument("the timeline from " + from.to_string() + " to " + to.to_string() + " by " +
                          granularity.to_string() + " has more points than max_points, " + std::to_string(max_points) +
                          "; ask for a shorter range or a longer granularity");
  };
  const std::int64_t about = (last - at) / longest_bucket(granularity);
  if (static_cast<std::uint64_t>(about) / 2 > max_points) refuse();  // half: leaves room for longer buckets

  std::vector<std::int64_t> points;
  points.reserve(std::min(static_cast<std::size_t>(about) + 2, max_points));
  const auto push = [&](std::int64_t seconds) {
    if (points.size() == max_points) refuse();
    points.push_back(seconds);
  };

  push(at);
  const std::int64_t even = even_step(granularity);
  std::vector<std::int64_t> stepped_over;
  while (at < last) {
    if (even != 0 && steps.floor(at) == at) {
      // What the steps below would do, one by one.
      const std::int64_t end = std::min(steps.same_offset_until(at) - 1, last);
      while (end - at >= even) push(at += even);
      if (at >= last) break;
    }
    const std::int64_t next = steps.after(at);
    stepped_over.clear();
    std::int64_t bucket = next;
    for (std::int64_t before = steps.floor(next - 1); before > at && before < bucket;
         before = steps.floor(bucket - 1)) {
      bucket = before;
      if (bucket <= last) stepped_over.push_back(bucket);
    }
    for (auto missed = stepped_over.rbegin(); missed != stepped_over.rend(); ++missed) push(*missed);
    if (next > last) break;
    push(next);
    at = next;
  }
  for (const std::int64_t end : {points.front(), points.back()}) Instant::from_unix(end);  // throws outside its years
  return points;
}

std::int64_t bucket_after(const Bucketing::Rules& rules, std::int64_t bucket, const Granularity& granularity) {
  Steps steps(rules, granularity);
  std::int64_t next = steps.after(bucket);
  for (std::int64_t before = steps.floor(next - 1); before > bucket && before < next; before = steps.floor(next - 1))
    next = before;
  return next;
}

std::vector<Instant> timeline(const Bucketing::Rules& rules, Instant from, Instant to, const Granularity& granularity,
                              std::size_t max_points) {
  const auto seconds = timeline_seconds(rules, from, to, granularity, max_points);
  std::vector<Instant> points;
  points.reserve(seconds.size());
  for (const std::int64_t at : seconds) points.push_back(Instant::from_unix(at));
  return points;
}

}  // namespace trifle::stats::detail
