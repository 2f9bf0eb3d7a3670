#include "time/zone.hpp"

#include <algorithm>

#include "time/civil.hpp"
#include "time/zone_file.hpp"

namespace trifle::stats::detail {
namespace {

using Seconds = cctz::time_point<cctz::seconds>;

// The Gregorian calendar, weekdays included, repeats after this: 146,097 days are 20,871 weeks.
constexpr std::int64_t kCycle = 146'097 * kDay;

// Zone files allow offsets of less than 26 hours.
constexpr std::int64_t kLargestOffset = 26 * kHour;

// No instant with another offset can have a wall time that is this far from both ends of its stretch.
constexpr std::int64_t kFarFromChange = 3 * kDay;

constexpr std::int64_t wall_of(const cctz::civil_second& civil) {
  return days_from_civil(civil.year(), civil.month(), civil.day()) * kDay + civil.hour() * kHour +
         civil.minute() * kMinute + civil.second();
}

std::int64_t offset_at(const cctz::time_zone& zone, std::int64_t at) {
  return zone.lookup(Seconds(cctz::seconds(at))).offset;
}

}  // namespace

Zone::Zone() : changes_{{kLowest, 0}} {}

Zone::Zone(std::string_view name) : Zone() {
  if (name == "UTC" || name == "GMT") return;
  const cctz::time_zone source = load_zone_file(name);

  std::int64_t at = kFirstSecond - kFarFromChange;
  changes_.front().offset = offset_at(source, at);
  cctz::time_zone::civil_transition change;
  while (source.next_transition(Seconds(cctz::seconds(at)), &change)) {
    const std::int64_t before = changes_.back().offset;
    at = wall_of(change.from) - before;
    const std::int64_t after = wall_of(change.to) - at;
    if (after != before) changes_.push_back({at, after});  // otherwise just the name or the kind of time changed
  }

  // cctz lists the changes of a rule without end for 400 years only, but goes on answering by it.
  if (changes_.size() > 1) {
    for (int month = 1; month <= 12 && !repeats_; ++month)
      repeats_ = offset_at(source, changes_.back().at + month * 30 * kDay) != changes_.back().offset;
  }
}

Stretch Zone::at(std::int64_t unix_seconds) const noexcept {
  std::int64_t moved = 0;
  if (repeats_ && unix_seconds >= changes_.back().at) {
    moved = ((unix_seconds - changes_.back().at) / kCycle + 1) * kCycle;
    unix_seconds -= moved;
  }
  const auto next = std::upper_bound(changes_.begin() + 1, changes_.end(), unix_seconds,
                                     [](std::int64_t t, const Change& change) { return t < change.at; });
  const auto current = next - 1;
  return {current == changes_.begin() ? kLowest : current->at + moved,
          next == changes_.end() ? kHighest : next->at + moved, current->offset};
}

std::int64_t Zone::resolve(std::int64_t wall, const Stretch& source) const noexcept {
  if (const std::int64_t same = wall - source.offset; source.holds(same)) return same;

  const Stretch near = at(wall - source.offset);
  const std::int64_t likely = wall - near.offset;
  if (near.start < likely - kFarFromChange && likely + kFarFromChange < near.end) return likely;

  for (;;) {
    const Sighting sighting = sight(wall, source.offset);
    if (sighting.gap == 0) return sighting.at;
    wall += sighting.gap;
  }
}

std::int64_t Zone::first_instant(std::int64_t wall) const noexcept { return sight(wall, kLowest).at; }

Zone::Sighting Zone::sight(std::int64_t wall, std::int64_t preferred_offset) const noexcept {
  Sighting gap{0, 0};
  Sighting earliest{0, 0};
  bool seen = false;
  Stretch stretch = at(wall - kLargestOffset);
  for (;;) {
    const std::int64_t candidate = wall - stretch.offset;
    if (stretch.holds(candidate)) {
      if (stretch.offset == preferred_offset) return {candidate, 0};
      if (!seen) earliest = {candidate, 0};
      seen = true;
    }
    if (stretch.end > wall + kLargestOffset) return seen ? earliest : gap;
    const Stretch next = at(stretch.end);
    if (stretch.end + stretch.offset <= wall && wall < stretch.end + next.offset && gap.gap == 0)
      gap = {stretch.end, next.offset - stretch.offset};
    stretch = next;
  }
}

}  // namespace trifle::stats::detail
