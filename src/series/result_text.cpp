#include <trifle/stats/result_text.hpp>

#include <algorithm>
#include <cstddef>
#include <set>

#include "series/csv_text.hpp"
#include "values/json_text.hpp"
#include "values/number_text.hpp"

namespace trifle::stats {
namespace {

using detail::append_json_string;
using detail::CsvText;

// A callback may make anything of a number.
bool is_shown(const std::optional<Number>& value) { return value && value->is_finite(); }

void append(std::string& out, const std::optional<Number>& value) {
  if (is_shown(value)) {
    detail::append_number(out, *value);
  } else {
    out += "null";
  }
}

template <class Items, class Each>
void append_list(std::string& out, char open, const Items& items, char close, Each&& each) {
  out += open;
  bool first = true;
  for (const auto& item : items) {
    if (!std::exchange(first, false)) out += ',';
    each(item);
  }
  out += close;
}

void append(std::string& out, const TimelinePoints& points, const Bucketing& bucketing) {
  append_list(out, '[', points, ']', [&](const TimelinePoint& point) {
    out += "{\"at\":";
    append_json_string(out, bucketing.format(point.at));
    out += ",\"value\":";
    append(out, point.value);
    out += '}';
  });
}

void append(std::string& out, const Category& category) {
  append_list(out, '{', category, '}', [&](const auto& item) {
    append_json_string(out, item.first);
    out += ':';
    append(out, item.second);
  });
}

std::string text_of(const std::optional<Number>& value) {
  std::string text;
  if (is_shown(value)) detail::append_number(text, *value);
  return text;
}

// Rows of the points that stand beside each other; `lines` are not empty.
void add_rows(CsvText& csv, const std::vector<const TimelinePoints*>& lines, const Bucketing& bucketing,
              const std::string& before) {
  for (std::size_t row = 0; row < lines.front()->size(); ++row) {
    if (!before.empty()) csv.cell(before);
    csv.cell(bucketing.format((*lines.front())[row].at));
    for (const TimelinePoints* const line : lines) csv.cell(text_of((*line)[row].value));
    csv.end_row();
  }
}

}  // namespace

std::string to_json(std::optional<Number> value) {
  std::string out;
  append(out, value);
  return out;
}

std::string to_json(const std::vector<std::optional<Number>>& values) {
  std::string out;
  append_list(out, '[', values, ']', [&](const auto& value) { append(out, value); });
  return out;
}

std::string to_json(const Timeline& timeline, const Bucketing& bucketing) {
  std::string out;
  append_list(out, '{', timeline, '}', [&](const auto& line) {
    append_json_string(out, line.first);
    out += ':';
    append(out, line.second, bucketing);
  });
  return out;
}

std::string to_json(const SlicedTimeline& timeline, const Bucketing& bucketing) {
  std::string out;
  append_list(out, '{', timeline, '}', [&](const auto& line) {
    append_json_string(out, line.first);
    out += ':';
    append_list(out, '[', line.second, ']', [&](const TimelinePoints& points) { append(out, points, bucketing); });
  });
  return out;
}

std::string to_json(const Category& category) {
  std::string out;
  append(out, category);
  return out;
}

std::string to_json(const std::vector<Category>& categories) {
  std::string out;
  append_list(out, '[', categories, ']', [&](const Category& category) { append(out, category); });
  return out;
}

std::string to_json(const Comparison& comparison) {
  return "{\"current\":" + comparison.current.to_json() + ",\"previous\":" + comparison.previous.to_json() +
         ",\"difference\":" + comparison.difference.to_json() + ",\"ratio\":" + comparison.ratio.to_json() + "}";
}

std::string to_csv(const std::vector<std::optional<Number>>& values) {
  CsvText csv;
  csv.cell("slice");
  csv.cell("value");
  csv.end_row();
  for (std::size_t i = 0; i < values.size(); ++i) {
    csv.cell(std::to_string(i + 1));
    csv.cell(text_of(values[i]));
    csv.end_row();
  }
  return csv.take();
}

std::string to_csv(const Timeline& timeline, const Bucketing& bucketing) {
  CsvText csv;
  csv.cell("at");
  std::vector<const TimelinePoints*> lines;
  for (const auto& [path, points] : timeline) {
    csv.cell(path);
    lines.push_back(&points);
  }
  csv.end_row();
  if (!lines.empty()) add_rows(csv, lines, bucketing, {});
  return csv.take();
}

std::string to_csv(const SlicedTimeline& timeline, const Bucketing& bucketing) {
  CsvText csv;
  csv.cell("slice");
  csv.cell("at");
  for (const auto& [path, runs] : timeline) csv.cell(path);
  csv.end_row();
  const std::size_t slices = timeline.empty() ? 0 : timeline.begin()->second.size();
  for (std::size_t slice = 0; slice < slices; ++slice) {
    std::vector<const TimelinePoints*> lines;
    for (const auto& [path, runs] : timeline) lines.push_back(&runs[slice]);
    add_rows(csv, lines, bucketing, std::to_string(slice + 1));
  }
  return csv.take();
}

std::string to_csv(const Category& category) {
  CsvText csv;
  csv.cell("path");
  csv.cell("value");
  csv.end_row();
  for (const auto& [path, total] : category) {
    csv.cell(path);
    csv.cell(text_of(total));
    csv.end_row();
  }
  return csv.take();
}

std::string to_csv(const std::vector<Category>& categories) {
  CsvText csv;
  for (const char* const name : {"slice", "path", "value"}) csv.cell(name);
  csv.end_row();
  for (std::size_t slice = 0; slice < categories.size(); ++slice) {
    for (const auto& [path, total] : categories[slice]) {
      csv.cell(std::to_string(slice + 1));
      csv.cell(path);
      csv.cell(text_of(total));
      csv.end_row();
    }
  }
  return csv.take();
}

std::string to_csv(const Comparison& comparison) {
  std::set<std::string> paths;
  for (const Series* const series : {&comparison.current, &comparison.previous})
    for (std::string& path : series->paths()) paths.insert(std::move(path));
  CsvText csv;
  csv.cell("at");
  for (const std::string& path : paths)
    for (const char* const what : {"", " previous", " difference", " ratio"}) csv.cell(path + what);
  csv.end_row();
  for (std::size_t row = 0; row < comparison.current.size(); ++row) {
    csv.cell(comparison.current.bucketing().format(comparison.current.at(row)));
    for (const std::string& path : paths) {
      for (const Series* const series :
           {&comparison.current, &comparison.previous, &comparison.difference, &comparison.ratio})
        csv.cell(text_of(series->value(row, path)));
    }
    csv.end_row();
  }
  return csv.take();
}

}  // namespace trifle::stats
