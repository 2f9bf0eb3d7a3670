#pragma once

#include <optional>
#include <string>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/category.hpp>
#include <trifle/stats/comparison.hpp>
#include <trifle/stats/number.hpp>
#include <trifle/stats/series.hpp>
#include <trifle/stats/timeline.hpp>

namespace trifle::stats {

// What Series answers with, as JSON in one line or as CSV (RFC 4180 with `\n`). Numbers are exact and absent ones are
// `null` or an empty cell; times are RFC 3339 in the zone of `bucketing`, which is Series::bucketing(). Pure, for any
// thread, the same in every locale.

std::string to_json(std::optional<Number> value);                       ///< 42, or null
std::string to_json(const std::vector<std::optional<Number>>& values);  ///< [1,null,2.5]

/// {"country.us":[{"at":"2026-07-15T12:00:00+02:00","value":3},…],…}: the family's shape; in slices a list of lists.
std::string to_json(const Timeline& timeline, const Bucketing& bucketing);
std::string to_json(const SlicedTimeline& timeline, const Bucketing& bucketing);

std::string to_json(const Category& category);                 ///< {"country.de":1,"country.us":3}
std::string to_json(const std::vector<Category>& categories);  ///< a list of these

/// {"current":…,"previous":…,"difference":…,"ratio":…}, each as Series::to_json.
std::string to_json(const Comparison& comparison);

std::string to_csv(const std::vector<std::optional<Number>>& values);            ///< slice,value from slice 1
std::string to_csv(const Timeline& timeline, const Bucketing& bucketing);        ///< at, and a column per path
std::string to_csv(const SlicedTimeline& timeline, const Bucketing& bucketing);  ///< slice, at, a column per path
std::string to_csv(const Category& category);                                    ///< path,value
std::string to_csv(const std::vector<Category>& categories);                     ///< slice,path,value

/// One table: at, then for each path of either series `path`, `path previous`, `path difference`, `path ratio`.
std::string to_csv(const Comparison& comparison);

}  // namespace trifle::stats
