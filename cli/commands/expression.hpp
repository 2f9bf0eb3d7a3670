#pragma once

#include <string>
#include <vector>

#include <trifle/stats/series.hpp>

namespace trifle::cli {

/// One --expr: "revenue / count as average". Names are paths, as they are written or, where they hold other characters
/// than letters, digits, `_`, `.`, `:` and `\`, between backquotes; a name before a parenthesis is a function. What it
/// makes is called what follows `as`, else `value`.
struct Expression {
  std::string text;                ///< as it was typed
  std::vector<std::string> paths;  ///< in the order of their letters
  std::string formula;             ///< with letters for the paths, each character at the place that it has in `text`
  std::string response = "value";
};

/// Throws UsageError for what can't be taken apart.
Expression parse_expression(const std::string& text);

/// Throws Failure for a path of the expression that isn't there, naming what is.
void require_paths(const Expression& expression, const stats::Series& series);

/// The series with what the expression makes of it; a path that isn't there is absent. Throws UsageError for an
/// expression that is wrong, showing the place.
stats::Series apply(const Expression& expression, const stats::Series& series);

}  // namespace trifle::cli
