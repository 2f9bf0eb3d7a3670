#include "driver/bucket_span.hpp"

#include <trifle/stats/granularity.hpp>

namespace trifle::stats::detail {
namespace {

constexpr std::int64_t kHour = 3'600;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kClockChange = kDay;  // by which a zone's day can be longer at most

std::int64_t longest(const Granularity& granularity) {
  using Unit = Granularity::Unit;
  const std::int64_t count = granularity.count();
  switch (granularity.unit()) {
    case Unit::Second:
      return count + kClockChange;
    case Unit::Minute:
      return count * 60 + kClockChange;
    case Unit::Hour:
      return count * kHour + kClockChange;
    case Unit::Day:
      return count * kDay + kClockChange;
    case Unit::Week:
      return count * 7 * kDay + kClockChange;
    case Unit::Month:
      return count * 31 * kDay + kClockChange;
    case Unit::Quarter:
      return count * 92 * kDay + kClockChange;
    case Unit::Year:
      return count * 366 * kDay + kClockChange;
  }
  return 0;
}

}  // namespace

Expiry BucketSpans::expiry_of(std::string_view granularity, std::int64_t at) {
  if (granularity != last_granularity_) {
    auto found = after_.find(std::string(granularity));
    if (found == after_.end()) found = after_.find(std::string());
    last_granularity_ = granularity;
    last_after_ = found == after_.end() ? 0 : found->second.count();
    last_span_ = found == after_.end() ? 0 : longest(Granularity(granularity));
  }
  return {at + last_span_, last_after_};
}

}  // namespace trifle::stats::detail
