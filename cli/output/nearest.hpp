#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trifle::cli {

/// How many letters must be put in, taken out, changed or swapped with their neighbour to get from one text to the
/// other; letters are bytes, their case doesn't count.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The names, those that are most like `asked` first, in order of the alphabet where equally so; at most `count`. A
/// name that begins with what was asked, or ends with it behind a dot, is nearer than any other.
std::vector<std::string> nearest(std::string_view asked, const std::vector<std::string>& names, std::size_t count);

/// The same in one printable text: "a, b, c, and 12 more".
std::string nearest_text(std::string_view asked, const std::vector<std::string>& names, std::size_t count = 8);

}  // namespace trifle::cli
