#include "slow_series.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <trifle/stats/path.hpp>

using namespace trifle::stats;

namespace {

// Sums in 64ths, as whole numbers.
__extension__ using Wide = __int128;
constexpr double kParts = 64;

Wide parts_of(Number number) {
  if (const auto integer = number.to_int64(); integer && number.is_integer()) return static_cast<Wide>(*integer) * 64;
  return static_cast<Wide>(number.to_double() * kParts);
}

std::optional<Number> number_of(double real) {
  if (!std::isfinite(real)) return std::nullopt;
  const Number number(real);
  if (const auto integer = number.to_int64(); integer && std::abs(real) <= 9007199254740992.0) return Number(*integer);
  return number;
}

std::optional<Number> whole(Wide parts) {
  if (parts % 64 == 0 && parts / 64 <= std::numeric_limits<std::int64_t>::max() &&
      parts / 64 >= std::numeric_limits<std::int64_t>::min())
    return Number(static_cast<std::int64_t>(parts / 64));
  return number_of(static_cast<double>(parts) / kParts);
}

// The double next to parts / 64 / count, by long division in whole numbers.
double mean_of(Wide parts, std::size_t count) {
  const bool negative = parts < 0;
  Wide rest = negative ? -parts : parts;
  if (rest == 0) return 0;
  int shift = 0;
  while (rest >> 124 == 0) {
    rest <<= 1;
    ++shift;
  }
  const auto divisor = static_cast<Wide>(count) * 64;
  Wide quotient = rest / divisor;
  if (rest % divisor != 0) quotient |= 1;  // a little more than a tie is none
  const double mean = std::ldexp(static_cast<double>(quotient), -shift);
  return negative ? -mean : mean;
}

std::optional<Number> aggregate_of(const std::vector<Number>& numbers, Aggregator by) {
  if (by == Aggregator::Count) return Number(numbers.size());
  if (numbers.empty()) return std::nullopt;
  Wide sum = 0;
  Number lowest = numbers.front();
  Number highest = numbers.front();
  for (const Number& number : numbers) {
    sum += parts_of(number);
    if (number < lowest) lowest = number;
    if (number > highest) highest = number;
  }
  if (by == Aggregator::Sum) return whole(sum);
  if (by == Aggregator::Mean) return number_of(mean_of(sum, numbers.size()));
  return by == Aggregator::Min ? lowest : highest;
}

}  // namespace

SlowSeries::SlowSeries(Bucketing bucketing, Granularity granularity, std::vector<Instant> at, std::vector<Row> rows)
    : bucketing_(std::move(bucketing)), granularity_(granularity), at_(std::move(at)), rows_(std::move(rows)) {}

SlowSeries::SlowSeries(const Series& series) : bucketing_(series.bucketing()), granularity_(*series.granularity()) {
  for (const auto& [at, row] : series) {
    at_.push_back(at);
    Row& copy = rows_.emplace_back();
    for (const std::string& path : row.paths()) copy[name_of(path)] = *row[path];
  }
}

std::vector<SlowSeries::Span> SlowSeries::slices(std::size_t count) const {
  std::vector<Span> spans;
  const std::size_t size = rows_.size() / count;
  for (std::size_t i = 0; i < count && !rows_.empty(); ++i) {
    const std::size_t end = rows_.size() - (count - 1 - i) * size;
    spans.emplace_back(end - size, end);
  }
  return spans;
}

std::vector<SlowSeries::Segment> SlowSeries::split(const std::string& path) {
  std::vector<Segment> segments(1);
  bool literal_star = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool escape =
        path[i] == '\\' && i + 1 < path.size() && std::string(".*\\").find(path[i + 1]) != std::string::npos;
    if (escape) {
      literal_star = literal_star || path[i + 1] == '*';
      segments.back().text += path[++i];
    } else if (path[i] == '.') {
      segments.back().wildcard = segments.back().text == "*" && !literal_star;
      segments.emplace_back();
      literal_star = false;
    } else {
      segments.back().text += path[i];
    }
  }
  segments.back().wildcard = segments.back().text == "*" && !literal_star;
  return segments;
}

SlowSeries::Name SlowSeries::name_of(const std::string& path) {
  Name name;
  for (const Segment& segment : split(path)) name.push_back(segment.text);
  return name;
}

std::string SlowSeries::spelled(const Name& name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (i > 0) text += '.';
    text += Path::escape(name[i]);
  }
  return text;
}

std::string SlowSeries::stored(const Name& name) {
  const std::map<char, std::string> codes = {{'\0', "%00"}, {'"', "%22"}, {'$', "%24"}, {'%', "%25"},
                                             {'*', "%2A"},  {'.', "%2E"}, {'\\', "%5C"}};
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (i > 0) text += '.';
    for (const char c : name[i]) text += codes.count(c) > 0 ? codes.at(c) : std::string(1, c);
  }
  return text;
}

std::vector<std::string> SlowSeries::paths() const {
  std::set<std::string> found;
  for (const Row& row : rows_)
    for (const auto& [name, number] : row) found.insert(spelled(name));
  return {found.begin(), found.end()};
}

std::vector<std::string> SlowSeries::expand(const std::string& path) const {
  std::vector<Segment> pattern = split(path);
  const auto matches = [&](const Name& name) {
    if (name.size() < pattern.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i)
      if (!pattern[i].wildcard && name[i] != pattern[i].text) return false;
    return true;
  };
  const auto find = [&] {
    std::set<std::string> found;
    for (const Row& row : rows_) {
      for (const auto& [name, number] : row) {
        const auto length = static_cast<std::ptrdiff_t>(pattern.size());
        if (matches(name)) found.insert(spelled(Name(name.begin(), name.begin() + length)));
      }
    }
    return std::vector<std::string>(found.begin(), found.end());
  };
  if (std::any_of(pattern.begin(), pattern.end(), [](const Segment& segment) { return segment.wildcard; }))
    return find();
  if (!path.empty()) {
    pattern.push_back({"*", true});
    if (auto inside = find(); !inside.empty()) return inside;
  }
  return {spelled(name_of(path))};
}

SlowSeries::Values SlowSeries::values(const std::string& path) const {
  const Name name = name_of(path);
  Values values;
  for (const Row& row : rows_) {
    const auto at = row.find(name);
    values.push_back(at == row.end() ? std::nullopt : std::optional(at->second));
  }
  return values;
}

std::optional<Number> SlowSeries::aggregate(const std::string& path, Aggregator by, Span rows) const {
  const Name name = name_of(path);
  std::vector<Number> numbers;
  for (std::size_t row = rows.first; row < rows.second; ++row) {
    const auto at = rows_[row].find(name);
    if (at != rows_[row].end()) numbers.push_back(at->second);
  }
  return aggregate_of(numbers, by);
}

std::vector<std::optional<Number>> SlowSeries::timeline(const std::string& path, Missing missing) const {
  Values values = this->values(path);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (values[row] || missing == Missing::Absent) continue;
    if (missing == Missing::Zero) values[row] = 0;
    if (missing == Missing::Previous && row > 0) values[row] = values[row - 1];
  }
  return values;
}

Category SlowSeries::category(const std::string& path, Empty empty, Span rows) const {
  Category totals;
  for (const std::string& shown : expand(path)) {
    if (const auto sum = aggregate(shown, Aggregator::Sum, rows)) {
      totals[shown] = *sum;
    } else if (empty == Empty::Zero) {
      totals[shown] = 0;
    }
  }
  return totals;
}

SlowSeries::Values SlowSeries::rate(const std::string& path, double per) const {
  Values values = this->values(path);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!values[row]) continue;
    // The next bucket of the timeline, looked for further and further away.
    for (std::int64_t days = 1;; days *= 2) {
      const auto points =
          bucketing_.timeline(at_[row], Instant::from_unix(at_[row].unix_seconds() + days * 86'400), granularity_);
      if (points.size() < 2) continue;
      const auto seconds = static_cast<double>(points[1].unix_seconds() - at_[row].unix_seconds());
      values[row] = number_of(values[row]->to_double() * per / seconds);
      break;
    }
  }
  return values;
}

std::optional<Number> SlowSeries::difference(Number a, Number b) { return whole(parts_of(a) - parts_of(b)); }

std::optional<Number> SlowSeries::ratio(Number a, Number b) {
  if (b.to_double() == 0) return std::nullopt;
  return number_of(a.to_double() / b.to_double());
}

SlowSeries::Values SlowSeries::delta(const std::string& path) const {
  const Values values = this->values(path);
  Values deltas(values.size());
  for (std::size_t row = 1; row < values.size(); ++row)
    if (values[row] && values[row - 1]) deltas[row] = difference(*values[row], *values[row - 1]);
  return deltas;
}

SlowSeries::Values SlowSeries::cumulative(const std::string& path) const {
  Values sums;
  for (std::size_t row = 0; row < rows_.size(); ++row) sums.push_back(aggregate(path, Aggregator::Sum, {0, row + 1}));
  return sums;
}

SlowSeries::Values SlowSeries::rolling(const std::string& path, std::size_t buckets, Aggregator by) const {
  Values rolled(rows_.size());
  for (std::size_t row = buckets - 1; row < rows_.size(); ++row)
    rolled[row] = aggregate(path, by, {row + 1 - buckets, row + 1});
  return rolled;
}

std::map<Instant, Number> SlowSeries::rebucket(const std::string& path, const Granularity& granularity) const {
  const Values values = this->values(path);
  std::map<Instant, Wide> sums;
  for (std::size_t row = 0; row < values.size(); ++row)
    if (values[row]) sums[bucketing_.floor(at_[row], granularity)] += parts_of(*values[row]);
  std::map<Instant, Number> buckets;
  for (const auto& [at, sum] : sums) buckets.emplace(at, *whole(sum));
  return buckets;
}
