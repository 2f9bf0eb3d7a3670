#include "series/path_expansion.hpp"

#include <algorithm>
#include <cstddef>
#include <set>

#include <trifle/stats/error.hpp>
#include <trifle/stats/path.hpp>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

// A segment in its stored form; nothing stands for any.
using Pattern = std::vector<std::optional<std::string>>;

Pattern pattern_of(const Path& path) {
  Pattern pattern;
  for (const Path::Segment& segment : path.segments()) {
    auto& stored = pattern.emplace_back();
    if (!segment.wildcard) append_stored_segment(stored.emplace(), segment.name);
  }
  return pattern;
}

// The part of a stored name that the pattern covers, if it does: the name itself or a map on the way to it.
std::optional<std::string_view> match(std::string_view name, const Pattern& pattern) {
  std::size_t begin = 0;
  for (std::size_t i = 0;; ++i) {
    const std::size_t dot = std::min(name.find('.', begin), name.size());
    if (pattern[i] && name.substr(begin, dot - begin) != *pattern[i]) return std::nullopt;
    if (i + 1 == pattern.size()) return name.substr(0, dot);
    if (dot == name.size()) return std::nullopt;
    begin = dot + 1;
  }
}

std::vector<ShownPath> matches(const Columns& columns, const Pattern& pattern) {
  std::set<std::string_view> found;
  for (const Column& column : columns.columns())
    if (const auto part = match(column.name(), pattern)) found.insert(*part);
  std::vector<ShownPath> paths;
  paths.reserve(found.size());
  for (const std::string_view stored : found) paths.push_back({spelled(stored), columns.find(stored)});
  std::sort(paths.begin(), paths.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return paths;
}

}  // namespace

std::vector<ShownPath> expand_path(const Columns& columns, std::string_view path) {
  const Path parsed(path);
  Pattern pattern = pattern_of(parsed);
  if (parsed.has_wildcard()) return matches(columns, pattern);
  if (!pattern.empty()) {
    pattern.emplace_back();
    if (auto inside = matches(columns, pattern); !inside.empty()) return inside;
  }
  const std::string stored = parsed.stored();
  return {{spelled(stored), columns.find(stored)}};
}

const Column* one_column(const Columns& columns, std::string_view path, std::string_view operation) {
  if (const Column* const found = columns.find_path(path)) {
    if (path.find('*') == std::string_view::npos || !Path(path).has_wildcard()) return found;
  }
  const Path parsed(path);
  if (parsed.has_wildcard())
    throw InvalidArgument("the path \"" + std::string(path) + "\" has a wildcard, but one path is needed; `category` " +
                              "and `timeline` take wildcards, and \\* is a literal star",
                          {.operation = std::string(operation)});
  return nullptr;
}

}  // namespace trifle::stats::detail
