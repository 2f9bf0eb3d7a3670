#pragma once

#include <string>
#include <string_view>

namespace trifle::cli {

/// JSON text as the family's program prints it: two spaces per level, `<`, `>`, `&`, U+2028 and U+2029 escaped, a
/// newline at the end; members in the order of `json`, numbers exact. Throws Failure where `json` isn't JSON.
std::string indented(std::string_view json);

/// The same with the members of every object in order of their names.
std::string indented_sorted(std::string_view json);

/// A JSON string, quotes included, escaped in the same way.
std::string json_string(std::string_view text);

}  // namespace trifle::cli
