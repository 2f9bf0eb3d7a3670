#pragma once

#include <string>
#include <string_view>

namespace trifle::stats::detail::mongo {

// MongoDB has no empty names in a path, and a name is either a number or a map. No canonical stored name has a % that
// isn't followed by two digits, so these can't be met otherwise.
inline constexpr std::string_view kEmptySegment = "%empty";  ///< a name that is empty
inline constexpr std::string_view kSelf = "%self";           ///< in a map: the number of the map's own name

/// Calls `each(std::string_view segment)` with the parts of a canonical stored name, as documents spell them.
template <class Each>
void for_each_segment(std::string_view name, Each&& each) {
  for (;;) {
    const auto dot = name.find('.');
    const auto segment = name.substr(0, dot);
    each(segment.empty() ? kEmptySegment : segment);
    if (dot == std::string_view::npos) return;
    name.remove_prefix(dot + 1);
  }
}

/// Writes a canonical stored name as a path of MongoDB's below `data`.
inline void write_path(std::string& path, std::string_view name) {
  path = "data";
  for_each_segment(name, [&](std::string_view segment) { path.append(".").append(segment); });
}

}  // namespace trifle::stats::detail::mongo
