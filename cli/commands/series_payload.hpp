#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <trifle/stats/aggregate.hpp>
#include <trifle/stats/series.hpp>

#include "output/table.hpp"
#include "settings/time_range.hpp"

namespace trifle::cli {

/// What an answer about one path says beside its numbers.
struct Question {
  std::string key;
  std::string path;  ///< as it was typed
  TimeRange range;
  std::string granularity;
  std::size_t slices = 1;
};

/// Members of a JSON object, each `"name":json`, in any order.
using Members = std::vector<std::string>;

/// The family's object for these members, sorted by name: with `available_paths`, `matched_paths`, `metric_key`,
/// `slices`, `status`, `table`, `timeframe` and `value_path` beside them.
std::string payload_json(const stats::Series& series, const Question& question, const std::vector<std::string>& matched,
                         const Members& members);

/// The number, exactly; nothing where it is absent.
std::string cell_text(const std::optional<stats::Number>& number);

/// What isn't at one of these paths is left out of a timeline or category.
template <class Result>
Result only(Result result, const std::vector<std::string>& paths) {
  std::erase_if(result,
                [&](const auto& entry) { return std::find(paths.begin(), paths.end(), entry.first) == paths.end(); });
  return result;
}

/// Lines of `at` and the numbers of these paths.
Table paths_table(const stats::Series& series, const std::vector<std::string>& paths);

/// "aggregator", "count", "value" and "values"; in `values` and `count` only what isn't absent.
Members aggregate_members(const std::string& aggregator, const std::vector<std::optional<stats::Number>>& values);

/// "formatter" and "result".
Members formatter_members(const std::string& formatter, const std::string& result);

/// "sum" and so on; nothing for another word.
std::optional<stats::Aggregator> aggregator_of(std::string_view word);

}  // namespace trifle::cli
