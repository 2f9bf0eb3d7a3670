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

class Steps {
 public:
  Steps(const Bucketing::Rules& rules, const Granularity& granularity) : rules_(rules), granularity_(granularity) {}

  std::int64_t floor(std::int64_t at) { return rules_.floor(rules_.local(at, recent_), granularity_); }

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

std::vector<Instant> timeline(const Bucketing::Rules& rules, Instant from, Instant to, const Granularity& granularity,
                              std::size_t max_points) {
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

  std::vector<Instant> points;
  points.reserve(std::min(static_cast<std::size_t>(about) + 2, max_points));
  const auto push = [&](std::int64_t seconds) {
    if (points.size() == max_points) refuse();
    points.push_back(Instant::from_unix(seconds));
  };

  push(at);
  std::vector<std::int64_t> stepped_over;
  while (at < last) {
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
  return points;
}

}  // namespace trifle::stats::detail
