#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/series.hpp>

namespace trifle::stats {

namespace detail {
class Program;
}

/// Makes one more path of a series from others, by an expression that is prepared once and applied to any number of
/// series: `Transponder average({"revenue", "count"}, "a / b", "average")`.
///
/// The first path is `a` in the expression, the second `b`, up to `z`. It knows + - * / with their usual order,
/// parentheses, signs, numbers ("100", "0.5") and sum, mean, avg, min, max of any count of arguments, sqrt of one.
/// Where an operand is absent, a divisor 0, a root's argument negative, or a result beyond the range of a double, the
/// result is absent. Integers are exact: + - * give an integer where it fits 64 bits, else the double next to it; `/`
/// gives an integer where it divides evenly. All else is computed with doubles.
///
/// Immutable, cheap to copy; use it from as many threads as you like.
class Transponder {
 public:
  /// Blank paths are left out before letters are given. Throws InvalidArgument where there is no path or more than 26,
  /// for a wildcard, for text that isn't UTF-8, for a `response` without text, and for what is no expression: the
  /// message shows the place. An expression is at most 64 KiB long and nested 1,000 deep.
  Transponder(const std::vector<std::string>& paths, std::string_view expression, std::string_view response);

  /// The series with `response` added. What was at that path, or below it, is replaced. Takes time in proportion to
  /// buckets times operations and memory for the one new path; the others are shared. Throws InvalidArgument where a
  /// name that the response lies below is a number in some bucket.
  Series operator()(const Series& series) const;

  const std::vector<std::string>& paths() const noexcept { return paths_; }  ///< trimmed, without blank ones
  const std::string& expression() const noexcept { return expression_; }     ///< trimmed
  const std::string& response() const noexcept { return response_; }         ///< trimmed

 private:
  std::vector<std::string> paths_;
  std::string expression_;
  std::string response_;
  std::shared_ptr<const detail::Program> program_;
};

}  // namespace trifle::stats
