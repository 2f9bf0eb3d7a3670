#include <algorithm>

#include <trifle/stats/result_text.hpp>

#include "commands/chosen_paths.hpp"
#include "commands/commands.hpp"
#include "commands/read_series.hpp"
#include "commands/read_table.hpp"
#include "commands/series_payload.hpp"
#include "failure.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

stats::Missing missing_of(const std::string& text) {
  if (text == "absent") return stats::Missing::Absent;
  if (text == "zero") return stats::Missing::Zero;
  if (text == "previous") return stats::Missing::Previous;
  throw UsageError("--missing " + in_quotes(text) + " is none of absent, zero, previous");
}

std::string partial_member(const ReadSeries& read) {
  return std::string("\"partial\":") + (read.partial() ? "true" : "false");
}

std::optional<stats::Number> found(const stats::Category& category, const std::string& path) {
  const auto entry = category.find(path);
  return entry == category.end() ? std::nullopt : std::optional(entry->second);
}

/// The points as a table, each path a column.
Table table_of(const stats::Timeline& timeline, const stats::Timeline& previous, const stats::Bucketing& bucketing) {
  Table table{.columns = {"at"}, .rows = {}};
  for (const auto& [path, points] : timeline) {
    table.columns.push_back(path);
    if (!previous.empty()) table.columns.push_back(path + " previous");
    table.rows.resize(std::max(table.rows.size(), points.size()));
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (table.rows[i].empty()) table.rows[i].push_back(bucketing.format(points[i].at));
      table.rows[i].push_back(cell_text(points[i].value));
      if (previous.empty()) continue;
      const auto before = previous.find(path);
      table.rows[i].push_back(before == previous.end() ? std::string() : cell_text(before->second[i].value));
    }
  }
  return table;
}

}  // namespace

int run(const TimelineRequest& request, const Settings& settings, Console& console) {
  const stats::TimelineOptions options{.missing = missing_of(request.missing)};
  const ReadSeries read = read_series(request.what, settings);
  require_numbers(read, request.what.key);
  const auto paths = chosen_paths(read.series, request.path);
  const auto timeline_of = [&](const stats::Series& series) {
    stats::Timeline all;
    for (const auto& path : paths) all.merge(only(series.timeline(path, options), {path}));
    return all;
  };
  const auto format = chosen(request.output, console);
  if (format == OutputFormat::Json) {
    const auto& bucketing = read.series.bucketing();
    std::string result;
    if (request.slices == 1) {
      result = stats::to_json(timeline_of(read.series), bucketing);
    } else {
      stats::SlicedTimeline all;
      for (const auto& path : paths)
        all.merge(only(read.series.timeline(path, stats::Slices{request.slices}, options), {path}));
      result = stats::to_json(all, bucketing);
    }
    Members members = formatter_members("timeline", result);
    members.push_back(partial_member(read));
    if (read.compared)
      members.push_back("\"previous\":" + stats::to_json(timeline_of(read.compared->previous), bucketing));
    const Question question{request.what.key, request.path, read.range, read.granularity, request.slices};
    console.write(payload_json(read.series, question, paths, members));
    return kOk;
  }
  if (request.slices != 1) throw UsageError("--slices of a timeline are for --json");
  const auto previous = read.compared ? timeline_of(read.compared->previous) : stats::Timeline();
  const Table table = table_of(timeline_of(read.series), previous, read.series.bucketing());
  if (format == OutputFormat::Csv) {
    console.write(table.csv());
    say_partial(read, console);
  } else {
    console.write(with_partial_marks(table, read).aligned());
  }
  return kOk;
}

int run(const CategoryRequest& request, const Settings& settings, Console& console) {
  SeriesRequest what = request.what;
  // A bucket that isn't over is no match for the one that it would be compared with.
  what.closed = what.closed || !what.compare.empty();
  const ReadSeries read = read_series(what, settings);
  require_numbers(read, what.key);
  const auto paths = chosen_paths(read.series, request.path);
  const auto categories_of = [&](const stats::Series& series) {
    std::vector<stats::Category> all(request.slices);
    for (const auto& path : paths) {
      const auto found = series.category(path, stats::Slices{request.slices});
      for (std::size_t i = 0; i < found.size(); ++i) all[i].merge(only(found[i], {path}));
    }
    return all;
  };
  const auto categories = categories_of(read.series);
  const auto previous = read.compared ? categories_of(read.compared->previous) : std::vector<stats::Category>();
  const auto format = chosen(request.output, console);
  if (format == OutputFormat::Json) {
    const auto json = [&](const std::vector<stats::Category>& all) {
      return all.size() == 1 ? stats::to_json(all.front()) : stats::to_json(all);
    };
    Members members = formatter_members("category", json(categories));
    members.push_back(partial_member(read));
    if (read.compared) members.push_back("\"previous\":" + json(previous));
    const Question question{what.key, request.path, read.range, read.granularity, request.slices};
    console.write(payload_json(read.series, question, paths, members));
    return kOk;
  }
  Table table{.columns = {"path", "sum"}, .rows = {}};
  if (read.compared) table.columns.emplace_back("previous");
  if (request.slices > 1) table.columns.insert(table.columns.begin(), "slice");
  for (std::size_t slice = 0; slice < categories.size(); ++slice) {
    for (const auto& path : paths) {
      auto& cells = table.rows.emplace_back();
      if (request.slices > 1) cells.push_back(std::to_string(slice + 1));
      cells.push_back(path);
      cells.push_back(cell_text(found(categories[slice], path)));
      if (read.compared) cells.push_back(cell_text(found(previous[slice], path)));
    }
  }
  console.write(format == OutputFormat::Csv ? table.csv() : table.aligned());
  say_partial(read, console);
  return kOk;
}

}  // namespace trifle::cli
