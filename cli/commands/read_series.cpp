#include "commands/read_series.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "commands/compared_range.hpp"
#include "commands/expression.hpp"
#include "commands/series_payload.hpp"
#include "failure.hpp"
#include "output/nearest.hpp"
#include "output/text.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {
namespace {

struct Rolling {
  std::size_t buckets = 0;
  stats::Aggregator by = stats::Aggregator::Mean;
};

/// "7" is the mean of 7, "7:sum" their sum.
Rolling rolling_of(const std::string& text) {
  Rolling rolling;
  if (text.empty()) return rolling;
  const auto colon = text.find(':');
  const std::string_view number = std::string_view(text).substr(0, colon);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rolling.buckets);
  const auto by = colon == std::string::npos ? stats::Aggregator::Mean : aggregator_of(text.substr(colon + 1));
  if (error != std::errc() || end != number.data() + number.size() || rolling.buckets == 0 || !by) {
    throw UsageError("--rolling " + in_quotes(text) +
                     " is not a number of buckets: 7, or 7:sum with sum, mean, min, max or count");
  }
  rolling.by = *by;
  return rolling;
}

}  // namespace

bool ReadSeries::partial() const {
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series.partial(i)) return true;
  }
  return false;
}

ReadSeries read_series(const SeriesRequest& request, const Settings& given) {
  const Settings settings = with_source(given);
  const stats::Bucketing bucketing = bucketing_of(settings);
  const Rolling rolling = rolling_of(request.rolling);
  std::vector<Expression> expressions;
  for (const auto& text : request.expressions) expressions.push_back(parse_expression(text));

  ReadSeries read;
  read.range = resolve_range(request.range, bucketing);
  read.granularity = resolve_granularity(request.granularity, stats_options(settings));
  for (const auto& expression : expressions) read.made.push_back(expression.response);
  std::optional<stats::CompareShift> shift;
  if (!request.compare.empty()) shift = compare_shift(request.compare, request.range, read.range, bucketing);

  Stats stats = connect(settings, Access::Read);
  const auto shaped = [&](stats::Series series, bool strict) {
    for (const auto& expression : expressions) {
      if (strict && !series.paths().empty()) require_paths(expression, series);
      series = apply(expression, series);
    }
    return rolling.buckets > 0 ? series.rolling(rolling.buckets, rolling.by) : series;
  };
  const auto values = [&](stats::Instant from, stats::Instant to) {
    return stats.values(request.key, from, to, read.granularity, {.skip_blanks = request.skip_blanks});
  };
  read.series = shaped(values(read.range.from, read.range.to), true);
  if (read.series.paths().empty()) {
    for (const auto& key : stats.keys(read.range.from, read.range.to, read.granularity)) read.keys.push_back(key.key);
  }
  if (request.closed && !read.series.paths().empty()) {
    const auto all = std::exchange(read.series, read.series.closed());
    if (read.series.paths().empty()) read.open = bucketing.format(all.at(all.size() - 1));
  }
  if (shift) {
    const auto before = [&](stats::Instant at) { return bucketing.add(at, -shift->count, shift->unit); };
    // What wasn't there before is absent, and no mistake.
    const stats::Series earlier = shaped(values(before(read.range.from), before(read.range.to)), false);
    read.compared = read.series.compare(earlier, {.shift = shift});
  }
  return read;
}

void require_numbers(const ReadSeries& read, const std::string& key) {
  if (!read.series.paths().empty()) return;
  if (!read.open.empty()) {
    throw Failure("all that there is of " + printable(key) + " lies in the bucket of " + read.open +
                  ", which is not over");
  }
  std::string message = "nothing of " + printable(key) + " between " + read.range.from_text + " and " +
                        read.range.to_text + " at " + read.granularity;
  if (read.keys.empty() || std::find(read.keys.begin(), read.keys.end(), key) != read.keys.end()) {
    message += " (try --from or --last, and `trifle keys`)";
  } else {
    message += "; there are " + nearest_text(key, read.keys);
  }
  throw Failure(message);
}

void say_partial(const ReadSeries& read, Console& console) {
  for (std::size_t i = read.series.size(); i-- > 0;) {
    if (!read.series.partial(i)) continue;
    console.say("trifle: the bucket of " + read.series.bucketing().format(read.series.at(i)) +
                " is not over (--closed leaves it out)");
    return;
  }
}

}  // namespace trifle::cli
