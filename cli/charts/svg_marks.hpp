#pragma once

#include <cstddef>
#include <string>

namespace trifle::cli {

// What tells the lines of a picture apart without colour: dashes and the shapes of marks, and the patterns of bars.
// `inside` is markup within the element, such as a title.

std::string line_path(std::size_t line, const std::string& path);
std::string open_path(std::size_t line, const std::string& path);  ///< the way to a point that isn't complete
std::string mark(std::size_t line, double x, double y, bool hollow, const std::string& inside);

/// The patterns that bars refer to.
std::string bar_patterns(const std::string& id, std::size_t lines);
std::string bar(const std::string& id, std::size_t line, double x, double y, double width, double height, bool hollow,
                const std::string& inside);

// Samples for a legend, 28 pixels wide around y = 0.
std::string line_sample(std::size_t line);
std::string bar_sample(const std::string& id, std::size_t line);
std::string open_line_sample();
std::string open_bar_sample();

}  // namespace trifle::cli
