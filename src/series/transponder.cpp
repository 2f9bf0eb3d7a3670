#include <trifle/stats/transponder.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

#include <trifle/stats/error.hpp>
#include <trifle/stats/path.hpp>

#include "series/columns.hpp"
#include "series/expression/compiler.hpp"
#include "series/expression/evaluator.hpp"
#include "series/expression/tokens.hpp"
#include "time/quoted_text.hpp"

namespace trifle::stats {
namespace {

constexpr std::size_t kMaxPaths = 26;

[[noreturn]] void refuse(const std::string& message) { throw InvalidArgument(message, {.operation = "transform"}); }

std::vector<std::string> without_blanks(const std::vector<std::string>& paths) {
  std::vector<std::string> kept;
  for (const std::string& path : paths)
    if (const auto text = detail::trimmed(path); !text.empty()) kept.emplace_back(text);
  return kept;
}

void check_spelling(const std::string& text) {
  const Path path(text);
  const auto& segments = path.segments();
  if (std::any_of(segments.begin(), segments.end(), [](const auto& segment) { return segment.unescaped_star; }))
    refuse("Wildcard paths are not supported yet. The path is " + detail::quoted(text) + "; \\* is a literal star");
}

// In the names that it lies below; a number there would be hidden.
void check_place(const detail::Columns& columns, const std::string& response, std::string_view stored) {
  for (auto dot = stored.find('.'); dot != std::string_view::npos; dot = stored.find('.', dot + 1)) {
    const detail::Column* const above = columns.find(stored.substr(0, dot));
    if (above != nullptr)
      refuse("Cannot write to response path " + response + ". There is a number at " +
             detail::quoted(Path::from_stored(above->name()).to_string()));
  }
}

}  // namespace

Transponder::Transponder(const std::vector<std::string>& paths, std::string_view expression, std::string_view response)
    : paths_(without_blanks(paths)), expression_(detail::trimmed(expression)), response_(detail::trimmed(response)) {
  if (paths_.empty()) refuse("At least one path is required.");
  if (paths_.size() > kMaxPaths) refuse("Too many paths. Maximum supported is 26.");
  if (response_.empty()) refuse("Response path is required.");
  for (const std::string& path : paths_) check_spelling(path);
  check_spelling(response_);
  program_ = std::make_shared<const detail::Program>(detail::compile(expression_, paths_.size()));
}

Series Transponder::operator()(const Series& series) const {
  const detail::Columns& columns = series.columns();
  const std::string stored = Path(response_).stored();
  check_place(columns, response_, stored);
  std::vector<const detail::Column*> variables;
  variables.reserve(paths_.size());
  for (const std::string& path : paths_) variables.push_back(columns.find_path(path));
  return Series(std::make_shared<const detail::Columns>(
      columns.with(detail::Evaluator(*program_, variables, columns.size()).run(stored))));
}

Series Series::transform(const std::vector<std::string>& paths, std::string_view expression,
                         std::string_view response) const {
  return Transponder(paths, expression, response)(*this);
}

Series Series::transform(const Transponder& transponder) const { return transponder(*this); }

Series Series::transform(const std::vector<Transponder>& transponders) const {
  Series series = *this;
  for (const Transponder& transponder : transponders) series = transponder(series);
  return series;
}

}  // namespace trifle::stats
