// A pattern, and lines of paths that a series has: expanded and answered as by the slow and obvious implementation.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/error.hpp>
#include <trifle/stats/path.hpp>
#include <trifle/stats/series.hpp>

#include "../unit/series/slow_series.hpp"
#include "series/columns_builder.hpp"
#include "values/stored_name.hpp"

namespace {

using namespace trifle::stats;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos || lines.size() == 40) return lines;
    begin = end + 1;
  }
}

/// Every path in some of four buckets.
Series series_of(const std::vector<std::string_view>& paths) {
  detail::ColumnsBuilder builder({0, 3600, 7200, 10800});
  std::vector<std::string> names;
  for (const std::string_view path : paths) {
    std::string stored;
    if (!detail::append_stored_path(stored, path)) continue;
    if (std::find(names.begin(), names.end(), stored) != names.end()) continue;
    for (std::size_t row = 0; row < 4; ++row)
      if ((stored.size() + row) % 3 != 0)
        builder.add(row, names.size(), static_cast<std::int64_t>(stored.size() + row));
    names.push_back(std::move(stored));
  }
  return Series(std::make_shared<const detail::Columns>(
      builder.finish(Bucketing(), Granularity("1h"), false,
                     [&names](std::size_t column) { return std::string_view(names[column]); })));
}

void check_one(const Series& series, const SlowSeries& slow, const std::string& path) {
  const Path parsed(path);
  if (parsed.has_wildcard()) {
    try {
      (void)series.sum(path);
      std::abort();
    } catch (const InvalidArgument&) {
    }
    return;
  }
  if (path.empty()) return;
  for (const Aggregator by : {Aggregator::Sum, Aggregator::Max, Aggregator::Count})
    require(series.aggregate(path, by) == slow.aggregate(path, by, slow.all()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto lines = lines_of(text);
  const std::string pattern(lines.front());
  lines.erase(lines.begin());
  const Series series = series_of(lines);
  const SlowSeries slow(series);
  if (!detail::valid_utf8(pattern)) {
    try {
      (void)series.expand(pattern);
      std::abort();
    } catch (const InvalidArgument&) {
    }
    return 0;
  }
  require(series.available_paths() == slow.paths());
  require(series.expand(pattern) == slow.expand(pattern));
  require(series.category(pattern) == slow.category(pattern, Empty::Absent, slow.all()));
  const Timeline timeline = series.timeline(pattern);
  require(timeline.size() == slow.expand(pattern).size());
  for (const auto& [path, points] : timeline) require(points.size() == 4);
  check_one(series, slow, pattern);
  return 0;
}
