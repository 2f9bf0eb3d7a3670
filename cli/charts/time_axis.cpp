#include "charts/time_axis.hpp"

#include <algorithm>
#include <array>

#include "charts/civil_time.hpp"

namespace trifle::cli {
namespace {

using stats::Instant;
using Unit = stats::Granularity::Unit;

/// A distance between ticks: every `every`th of the times that `base` produces.
struct Step {
  Unit unit;
  int every;
  const char* base;
  double seconds;  // about
};

constexpr double kDay = 86'400;
constexpr double kYear = 365.25 * kDay;
constexpr std::array<Step, 22> kSteps = {
    {{Unit::Second, 1, "1s", 1},           {Unit::Second, 5, "1s", 5},
     {Unit::Second, 15, "1s", 15},         {Unit::Second, 30, "1s", 30},
     {Unit::Minute, 1, "1m", 60},          {Unit::Minute, 5, "1m", 300},
     {Unit::Minute, 15, "1m", 900},        {Unit::Minute, 30, "1m", 1800},
     {Unit::Hour, 1, "1h", 3600},          {Unit::Hour, 3, "1h", 3 * 3600},
     {Unit::Hour, 6, "1h", 6 * 3600},      {Unit::Hour, 12, "1h", 12 * 3600},
     {Unit::Day, 1, "1d", kDay},           {Unit::Week, 1, "1d", 7 * kDay},
     {Unit::Month, 1, "1mo", kYear / 12},  {Unit::Month, 3, "1mo", kYear / 4},
     {Unit::Year, 1, "1y", kYear},         {Unit::Year, 2, "1y", 2 * kYear},
     {Unit::Year, 5, "1y", 5 * kYear},     {Unit::Year, 10, "1y", 10 * kYear},
     {Unit::Year, 100, "1y", 100 * kYear}, {Unit::Year, 1000, "1y", 1000 * kYear}}};

bool is_round(const Step& step, const CivilTime& time, std::chrono::weekday week_start) {
  switch (step.unit) {
    case Unit::Second:
      return time.second % step.every == 0;
    case Unit::Minute:
      return time.minute % step.every == 0;
    case Unit::Hour:
      return time.hour % step.every == 0;
    case Unit::Week:
      return time.weekday == week_start;
    case Unit::Month:
      return (static_cast<unsigned>(time.date.month()) - 1) % static_cast<unsigned>(step.every) == 0;
    case Unit::Year:
      return static_cast<int>(time.date.year()) % step.every == 0;
    default:
      return true;
  }
}

constexpr int kBetween = 2;    // columns between two labels
constexpr int kDayOfWeek = 6;  // "Wed 15"

int widest_label(const Step& step) {
  switch (step.unit) {
    case Unit::Second:
      return 8;
    case Unit::Minute:
    case Unit::Hour:
    case Unit::Week:
      return 6;
    case Unit::Day:
      return 2;
    case Unit::Month:
      return 3;
    default:
      return 4;
  }
}

std::string label_of(const Step& step, const CivilTime& time, bool roomy) {
  const auto day = std::to_string(static_cast<unsigned>(time.date.day()));
  switch (step.unit) {
    case Unit::Second:
      return clock_text(time, true);
    case Unit::Minute:
    case Unit::Hour:
      return clock_text(time);
    case Unit::Day:
      return roomy ? weekday_text(time.weekday) + (" " + day) : day;
    case Unit::Week:
      return day + " " + month_text(time.date.month());
    case Unit::Month:
      return month_text(time.date.month());
    default:
      return std::to_string(static_cast<int>(time.date.year()));
  }
}

std::string context_of(const Step& step, const CivilTime& time) {
  switch (step.unit) {
    case Unit::Second:
    case Unit::Minute:
    case Unit::Hour:
      return date_text(time);
    case Unit::Day:
      return std::string(month_text(time.date.month())) + " " + std::to_string(static_cast<int>(time.date.year()));
    case Unit::Week:
    case Unit::Month:
      return std::to_string(static_cast<int>(time.date.year()));
    default:
      return {};
  }
}

/// Where an instant within the chart stands, in points.
double position_of(const ChartData& data, Instant at) {
  const auto next = std::upper_bound(data.starts.begin(), data.starts.end(), at);
  if (next == data.starts.begin()) return 0;
  const Instant start = *std::prev(next);
  const Instant end = next == data.starts.end() ? data.end : *next;
  const double width = static_cast<double>((end - start).count());
  const double within = width > 0 ? static_cast<double>((at - start).count()) / width : 0;
  return static_cast<double>(std::prev(next) - data.starts.begin()) + std::min(within, 1.0);
}

}  // namespace

std::vector<TimeTick> time_ticks(const ChartData& data, int columns) {
  std::vector<TimeTick> ticks;
  if (data.starts.empty()) return ticks;
  const double span = static_cast<double>((data.end - data.starts.front()).count()) / 1e6;
  const double width = span / static_cast<double>(data.starts.size());
  // Months and years have no fixed length, hence the tolerance.
  const auto fits = [&](const Step& step) {
    return step.seconds >= 0.9 * width && span / step.seconds * (widest_label(step) + kBetween) <= columns;
  };
  const auto found = std::find_if(kSteps.begin(), kSteps.end(), fits);
  const Step& step = found == kSteps.end() ? kSteps.back() : *found;
  const bool roomy = span / step.seconds * (kDayOfWeek + kBetween) <= columns;
  const bool centred = step.seconds < 1.5 * width;

  std::string context;
  Instant last_at;
  int last_hour = -1;
  for (const Instant at : data.bucketing.timeline(data.starts.front(), data.end, stats::Granularity(step.base))) {
    if (at < data.starts.front() || at >= data.end) continue;
    const CivilTime time = civil_time(data.bucketing, at);
    if (!is_round(step, time, data.bucketing.week_start())) continue;
    // An hour that the clock shows twice gets one mark.
    const bool again = step.unit == Unit::Hour && time.hour == last_hour && at - last_at <= std::chrono::hours(1);
    last_hour = time.hour;
    last_at = at;
    if (again && step.every > 1) continue;
    TimeTick& tick = ticks.emplace_back();
    tick.position = position_of(data, at);
    tick.centred = centred;
    tick.label = label_of(step, time, roomy);
    std::string next = context_of(step, time);
    if (next != context) tick.context = context = std::move(next);
  }
  // A chart shorter than the distance between round times still says when it is.
  if (ticks.empty()) {
    const auto start = data.starts.front();
    ticks.push_back({0, false, bucket_text(data.bucketing, start, data.granularity.unit()), {}});
  }
  return ticks;
}

}  // namespace trifle::cli
