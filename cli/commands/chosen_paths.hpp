#pragma once

#include <string>
#include <vector>

#include <trifle/stats/series.hpp>

namespace trifle::cli {

/// What one word of a command line names: a path, or several with commas between, each of which may have wildcards or
/// be a map. A word that is a path as it stands is one, commas and all. `*` doesn't find a path twice. Throws Failure
/// for what isn't there, naming what is, nearest first.
std::vector<std::string> chosen_paths(const stats::Series& series, const std::string& word);

/// The path of a command that takes one. Throws the same Failure.
std::string chosen_path(const stats::Series& series, const std::string& word);

/// `count`, else the first path.
std::string default_path(const stats::Series& series);

}  // namespace trifle::cli
