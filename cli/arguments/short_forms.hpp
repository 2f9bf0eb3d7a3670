#pragma once

#include <string>
#include <variant>
#include <vector>

#include "commands/requests.hpp"

namespace trifle::cli {

/// Help that was asked for, instead of a command.
struct HelpText {
  std::string text;
};

/// Understands `import`, `setup`, `track`, `get`, `keys`, `plot`, `beam`, `scan`, `buckets` with their arguments
/// (`arguments[0]` is the command). Throws UsageError.
std::variant<Invocation, HelpText> parse_short_form(const std::vector<std::string>& arguments);

/// Whether there is such a short form.
bool is_short_form(const std::string& command);

}  // namespace trifle::cli
