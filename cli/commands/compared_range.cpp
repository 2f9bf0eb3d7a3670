#include "commands/compared_range.hpp"

#include <chrono>

#include <trifle/stats/granularity.hpp>

#include "charts/civil_time.hpp"
#include "failure.hpp"
#include "output/text.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

using std::chrono::hours;
using Unit = stats::Granularity::Unit;

bool is_midnight(const CivilTime& time) { return time.hour == 0 && time.minute == 0 && time.second == 0; }

/// Months from the start of one to the start of another; 0 where it isn't that.
int whole_months(const CivilTime& from, const CivilTime& end) {
  const auto first = std::chrono::day(1);
  if (!is_midnight(from) || !is_midnight(end) || from.date.day() != first || end.date.day() != first) return 0;
  return static_cast<int>((end.date.year() / end.date.month() - from.date.year() / from.date.month()).count());
}

}  // namespace

stats::CompareShift compare_shift(const std::string& word, const RangeRequest& asked, const TimeRange& range,
                                  const stats::Bucketing& bucketing) {
  if (word == "year") return {1, Unit::Year};
  if (word != "previous") throw UsageError("--compare " + in_quotes(word) + " is neither previous nor year");
  if (!asked.last.empty()) {
    const stats::Granularity span(lower(trimmed(asked.last)));  // resolve_range has accepted it
    return {span.count(), span.unit()};
  }
  // A range names its last second, or the instant behind it.
  const stats::Instant end =
      stats::Instant::from_unix(range.to.unix_seconds() + (range.to.unix_seconds() % 60 == 59 ? 1 : 0));
  const CivilTime from = civil_time(bucketing, range.from);
  if (const int months = whole_months(from, civil_time(bucketing, end)); months > 0) return {months, Unit::Month};
  const auto span = end - range.from;
  if (span <= hours(12)) {
    const auto whole = std::chrono::ceil<hours>(span).count();
    return {static_cast<int>(whole > 0 ? whole : 1), Unit::Hour};
  }
  // An hour more is a change of the clock.
  return {static_cast<int>(std::chrono::ceil<std::chrono::days>(span - hours(1)).count()), Unit::Day};
}

}  // namespace trifle::cli
