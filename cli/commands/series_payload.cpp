#include "commands/series_payload.hpp"

#include <algorithm>

#include "output/json_text.hpp"

namespace trifle::cli {
namespace {

std::string member(std::string_view name, const std::string& json) { return json_string(name) + ":" + json; }

std::string list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const auto& text : texts) out += (out.size() > 1 ? "," : "") + json_string(text);
  return out + "]";
}

std::string table_json(const stats::Series& series, const std::vector<std::string>& paths) {
  std::vector<std::string> columns{"at"};
  columns.insert(columns.end(), paths.begin(), paths.end());
  std::string out = "{\"columns\":" + list(columns) + ",\"rows\":[";
  for (std::size_t i = 0; i < series.size(); ++i) {
    out += std::string(i > 0 ? "," : "") + "[" + json_string(series.bucketing().format(series.at(i)));
    for (const auto& path : paths) {
      const auto number = series.value(i, path);
      out += "," + (number ? number->to_string() : std::string("null"));
    }
    out += "]";
  }
  return out + "]}";
}

}  // namespace

std::string payload_json(const stats::Series& series, const Question& question, const std::vector<std::string>& matched,
                         const Members& more) {
  Members members = more;
  members.push_back(member("available_paths", list(series.paths())));
  members.push_back(member("matched_paths", list(matched)));
  members.push_back(member("metric_key", json_string(question.key)));
  members.push_back(member("slices", std::to_string(question.slices)));
  members.push_back(member("status", "\"ok\""));
  members.push_back(member("table", table_json(series, matched)));
  members.push_back(member("timeframe", "{" + member("from", json_string(question.range.from_text)) + "," +
                                            member("granularity", json_string(question.granularity)) + "," +
                                            member("label", "\"custom\"") + "," +
                                            member("to", json_string(question.range.to_text)) + "}"));
  members.push_back(member("value_path", json_string(question.path)));
  std::sort(members.begin(), members.end(), [](const std::string& a, const std::string& b) {
    return a.substr(0, a.find(':')) < b.substr(0, b.find(':'));
  });
  std::string json = "{";
  for (const auto& each : members) json += (json.size() > 1 ? "," : "") + each;
  return indented(json + "}");
}

std::string cell_text(const std::optional<stats::Number>& number) {
  return number ? number->to_string() : std::string();
}

Table paths_table(const stats::Series& series, const std::vector<std::string>& paths) {
  Table table;
  table.columns.emplace_back("at");
  table.columns.insert(table.columns.end(), paths.begin(), paths.end());
  for (std::size_t i = 0; i < series.size(); ++i) {
    auto& cells = table.rows.emplace_back();
    cells.push_back(series.bucketing().format(series.at(i)));
    for (const auto& path : paths) cells.push_back(cell_text(series.value(i, path)));
  }
  return table;
}

Members aggregate_members(const std::string& aggregator, const std::vector<std::optional<stats::Number>>& values) {
  std::string found = "[";
  std::size_t count = 0;
  for (const auto& value : values) {
    if (!value) continue;
    found += (count > 0 ? "," : "") + value->to_string();
    ++count;
  }
  Members members{member("aggregator", json_string(aggregator)), member("count", std::to_string(count)),
                  member("values", found + "]")};
  if (values.size() == 1 && values.front()) members.push_back(member("value", values.front()->to_string()));
  return members;
}

Members formatter_members(const std::string& formatter, const std::string& result) {
  return {member("formatter", json_string(formatter)), member("result", result)};
}

std::optional<stats::Aggregator> aggregator_of(std::string_view word) {
  if (word == "sum") return stats::Aggregator::Sum;
  if (word == "mean") return stats::Aggregator::Mean;
  if (word == "min") return stats::Aggregator::Min;
  if (word == "max") return stats::Aggregator::Max;
  if (word == "count") return stats::Aggregator::Count;
  return std::nullopt;
}

}  // namespace trifle::cli
