#include "commands/chosen_paths.hpp"

#include <algorithm>

#include <trifle/stats/error.hpp>
#include <trifle/stats/path.hpp>

#include "failure.hpp"
#include "output/nearest.hpp"
#include "output/text.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The path as `paths` spells it; the word itself where it isn't one.
std::string spelled(const std::string& word) {
  try {
    return stats::Path(word).to_string();
  } catch (const stats::InvalidArgument&) {
    return word;
  }
}

[[noreturn]] void refuse(const std::string& word, const std::vector<std::string>& known) {
  throw Failure("no number at path " + printable(word) + "; there are " + nearest_text(word, known));
}

}  // namespace

std::vector<std::string> chosen_paths(const stats::Series& series, const std::string& word) {
  const auto known = series.paths();
  if (holds(known, spelled(word))) return {spelled(word)};
  std::vector<std::string> chosen;
  std::string_view rest = word;
  while (true) {
    const auto comma = rest.find(',');
    const std::string part(trimmed(rest.substr(0, comma)));
    bool found = false;
    for (auto& path : series.expand(part)) {
      if (!holds(known, path)) continue;
      found = true;
      if (!holds(chosen, path)) chosen.push_back(std::move(path));
    }
    if (!found) refuse(part, known);
    if (comma == std::string_view::npos) return chosen;
    rest.remove_prefix(comma + 1);
  }
}

std::string chosen_path(const stats::Series& series, const std::string& word) {
  const auto known = series.paths();
  std::string path = spelled(word);
  if (holds(known, path)) return path;
  refuse(word, known);
}

std::string default_path(const stats::Series& series) {
  const auto known = series.paths();
  return holds(known, "count") || known.empty() ? "count" : known.front();
}

}  // namespace trifle::cli
