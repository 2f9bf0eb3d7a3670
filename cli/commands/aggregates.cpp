#include <trifle/stats/result_text.hpp>

#include "commands/chosen_paths.hpp"
#include "commands/commands.hpp"
#include "commands/read_series.hpp"
#include "commands/read_table.hpp"
#include "commands/series_payload.hpp"
#include "failure.hpp"

namespace trifle::cli {
namespace {

using Values = std::vector<std::optional<stats::Number>>;

/// a - b, exact for integers where that fits 64 bits.
std::optional<stats::Number> difference(const std::optional<stats::Number>& a, const std::optional<stats::Number>& b) {
  if (!a || !b) return std::nullopt;
  const auto left = a->to_int64();
  const auto right = b->to_int64();
  std::int64_t exact = 0;
  if (left && right && !__builtin_sub_overflow(*left, *right, &exact)) return stats::Number(exact);
  return stats::Number(a->to_double() - b->to_double());
}

std::optional<stats::Number> ratio(const std::optional<stats::Number>& a, const std::optional<stats::Number>& b) {
  if (!a || !b || b->to_double() == 0) return std::nullopt;
  const stats::Number quotient(a->to_double() / b->to_double());
  return quotient.is_finite() ? std::optional(quotient) : std::nullopt;
}

/// One number for each slice, beside what it is compared with.
struct Aggregated {
  Values values;
  Values previous;  // empty where nothing is compared
  std::vector<std::string> starts;
};

/// The start of each slice, by the library's rule: the oldest buckets that are left over belong to none.
std::vector<std::string> starts_of(const stats::Series& series, std::size_t slices) {
  std::vector<std::string> starts;
  const std::size_t each = series.size() / slices;
  for (std::size_t i = 0; i < slices && each > 0; ++i)
    starts.push_back(series.bucketing().format(series.at(series.size() - (slices - i) * each)));
  return starts;
}

Table table_of(const Aggregated& all, const AggregateRequest& request) {
  Table table{.columns = {"from", request.aggregator}, .rows = {}};
  const bool compared = !all.previous.empty();
  if (compared) table.columns.insert(table.columns.end(), {"previous", "difference", "ratio"});
  for (std::size_t i = 0; i < all.values.size(); ++i) {
    auto& cells = table.rows.emplace_back();
    cells = {all.starts[i], cell_text(all.values[i])};
    if (!compared) continue;
    cells.push_back(cell_text(all.previous[i]));
    cells.push_back(cell_text(difference(all.values[i], all.previous[i])));
    cells.push_back(cell_text(ratio(all.values[i], all.previous[i])));
  }
  return table;
}

std::string json_of(const ReadSeries& read, const Aggregated& all, const AggregateRequest& request,
                    const std::string& path) {
  std::size_t count = 0;
  for (const auto& value : all.values) count += value ? 1 : 0;
  Members members{"\"aggregator\":\"" + request.aggregator + "\"", "\"count\":" + std::to_string(count),
                  std::string("\"partial\":") + (read.partial() ? "true" : "false"),
                  "\"values\":" + stats::to_json(all.values)};
  const auto add = [&](const std::string& name, const Values& values) {
    members.push_back("\"" + name + "\":" + stats::to_json(values));
  };
  if (all.values.size() == 1) members.push_back("\"value\":" + stats::to_json(all.values.front()));
  if (!all.previous.empty()) {
    Values differences;
    Values ratios;
    for (std::size_t i = 0; i < all.values.size(); ++i) {
      differences.push_back(difference(all.values[i], all.previous[i]));
      ratios.push_back(ratio(all.values[i], all.previous[i]));
    }
    add("previous", all.previous);
    add("difference", differences);
    add("ratio", ratios);
  }
  const Question question{request.what.key, path, read.range, read.granularity, request.slices};
  return payload_json(read.series, question, {path}, members);
}

}  // namespace

int run(const AggregateRequest& request, const Settings& settings, Console& console) {
  SeriesRequest what = request.what;
  // A bucket that isn't over is no match for the one that it would be compared with.
  what.closed = what.closed || !what.compare.empty();
  const ReadSeries read = read_series(what, settings);
  require_numbers(read, what.key);
  const std::string path = chosen_path(read.series, request.path);
  const auto by = *aggregator_of(request.aggregator);
  const stats::AggregateOptions options{.slices = request.slices};
  Aggregated all{.values = read.series.aggregate(path, by, options), .previous = {}, .starts = {}};
  if (read.compared) all.previous = read.compared->previous.aggregate(path, by, options);
  all.starts = starts_of(read.series, request.slices);
  switch (request.output) {
    case OutputFormat::Json:
      console.write(json_of(read, all, request, path));
      return kOk;
    case OutputFormat::Csv:
      console.write(table_of(all, request).csv());
      break;
    default:
      if (all.values.size() == 1 && all.previous.empty()) {
        console.write(cell_text(all.values.front()) + "\n");
      } else {
        console.write(table_of(all, request).aligned());
      }
  }
  say_partial(read, console);
  return kOk;
}

}  // namespace trifle::cli
