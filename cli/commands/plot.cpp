#include <algorithm>
#include <limits>

#include "commands/commands.hpp"
#include "failure.hpp"
#include "output/chart.hpp"
#include "output/text.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {
namespace {

constexpr int kNarrowest = 20;
constexpr int kLowest = 3;
constexpr int kUsualHeight = 12;

enum class Merge { Sum, Mean, Max };

Merge merge_of(const std::string& text) {
  if (text == "sum") return Merge::Sum;
  if (text == "mean") return Merge::Mean;
  if (text == "max") return Merge::Max;
  throw UsageError("--merge \"" + text + "\" is none of sum, mean, max");
}

/// What a bucket is called below the axis: as much of its time as its width tells.
std::string label_of(const stats::Bucketing& bucketing, stats::Instant at, stats::Granularity::Unit unit) {
  using Unit = stats::Granularity::Unit;
  const std::string text = bucketing.format(at);  // 2015-05-17T10:00:00+02:00
  switch (unit) {
    case Unit::Second:
      return text.substr(11, 8);
    case Unit::Minute:
    case Unit::Hour:
      return text.substr(5, 5) + ' ' + text.substr(11, 5);
    case Unit::Day:
    case Unit::Week:
      return text.substr(0, 10);
    case Unit::Month:
    case Unit::Quarter:
      return text.substr(0, 7);
    case Unit::Year:
      break;
  }
  return text.substr(0, 4);
}

std::vector<std::optional<double>> numbers_of(const stats::Series& series, const std::string& path) {
  std::vector<std::optional<double>> numbers;
  numbers.reserve(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto number = series.value(i, path);
    numbers.push_back(number ? std::optional<double>(number->to_double()) : std::nullopt);
  }
  return numbers;
}

std::optional<double> merged(const std::vector<std::optional<double>>& numbers, std::size_t first, std::size_t count,
                             Merge how) {
  double sum = 0;
  double highest = -std::numeric_limits<double>::infinity();
  std::size_t present = 0;
  for (std::size_t i = first; i < std::min(first + count, numbers.size()); ++i) {
    if (!numbers[i]) continue;
    sum += *numbers[i];
    highest = std::max(highest, *numbers[i]);
    ++present;
  }
  if (present == 0) return std::nullopt;
  if (how == Merge::Max) return highest;
  return how == Merge::Sum ? sum : sum / static_cast<double>(present);
}

/// As many buckets in each column as are needed to fit the width.
std::string chart(const stats::Series& series, const std::string& key, const std::string& path,
                  const PlotRequest& request, const ChartStyle& style) {
  const Merge merge = merge_of(request.merge);
  const auto numbers = numbers_of(series, path);
  const stats::Granularity granularity = *series.granularity();
  std::size_t per_column = 1;
  std::vector<ChartPoint> points;
  for (;; ++per_column) {
    points.clear();
    double lowest = 0;
    double highest = 0;
    for (std::size_t i = 0; i < numbers.size(); i += per_column) {
      const auto value = merged(numbers, i, per_column, merge);
      lowest = std::min(lowest, value.value_or(0));
      highest = std::max(highest, value.value_or(0));
      points.push_back({label_of(series.bucketing(), series.at(i), granularity.unit()), value});
    }
    const auto room = static_cast<std::size_t>(chart_columns(lowest, highest, style));
    if (points.size() <= room) break;
    // Straight to the number that fits by this scale; a wider scale may need one more round.
    per_column = std::max(per_column, (numbers.size() + room - 1) / room - 1);
  }
  const auto width = static_cast<std::size_t>(style.width);
  std::string title =
      printable(key) + " " + printable(path) + ", " + granularity.to_string() + ", " + series.bucketing().time_zone();
  std::string note =
      per_column > 1 ? request.merge + " of " + std::to_string(per_column) + " per column" : std::string();
  const bool one_line = note.empty() || display_width(title) + 2 + display_width(note) <= width;
  if (one_line && !note.empty()) title += ", " + note;
  title = fit(title, width);
  if (!one_line) title += '\n' + std::string(fit(note, width));
  return draw_chart(title, points, style);
}

}  // namespace

int run(const PlotRequest& request, const Settings& settings, Console& console) {
  merge_of(request.merge);
  ChartStyle style{.width = request.width > 0 ? request.width : console.width(),
                   .height = kUsualHeight,
                   .ascii = request.ascii || !console.utf8()};
  if (style.width < kNarrowest) {
    if (request.width > 0) throw UsageError("--width is at least " + std::to_string(kNarrowest));
    style.width = kNarrowest;
  }
  if (request.height > 0) style.height = request.height;
  if (style.height < kLowest) throw UsageError("--height is at least " + std::to_string(kLowest));

  const TimeRange range = resolve_range(request.range, bucketing_of(settings));
  const std::string granularity = resolve_granularity(request.granularity, stats_options(settings));
  Stats stats = connect(settings, Access::Read);
  const auto series = stats.values(request.key, range.from, range.to, granularity);
  const auto known = series.paths();
  if (known.empty()) {
    throw Failure("nothing of " + printable(request.key) + " between " + range.from_text + " and " + range.to_text +
                  " at " + granularity + " (try --from or --last, and `trifle keys`)");
  }
  std::vector<std::string> paths = request.paths;
  if (paths.empty())
    paths.push_back(std::find(known.begin(), known.end(), "count") != known.end() ? "count" : known.front());
  std::string out;
  for (const auto& path : paths) {
    if (std::find(known.begin(), known.end(), path) == known.end()) {
      std::string some;
      for (std::size_t i = 0; i < std::min<std::size_t>(known.size(), 8); ++i)
        some += (i > 0 ? ", " : "") + printable(known[i]);
      throw Failure("no number at path " + printable(path) + "; there are " + some + (known.size() > 8 ? ", ..." : ""));
    }
    if (!out.empty()) out += '\n';
    out += chart(series, request.key, path, request, style);
  }
  console.write(out);
  return kOk;
}

}  // namespace trifle::cli
