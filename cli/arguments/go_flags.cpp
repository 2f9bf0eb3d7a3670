#include "arguments/go_flags.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "failure.hpp"
#include "settings/duration.hpp"

namespace trifle::cli {
namespace {

bool is_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 12> kValues = {"1",    "0",     "t",    "f",     "T",    "F",
                                                        "true", "false", "TRUE", "FALSE", "True", "False"};
  return std::find(kValues.begin(), kValues.end(), text) != kValues.end();
}

bool is_integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && !text.empty() && end == text.data() + text.size();
}

bool fits(GoFlag::Kind kind, const std::string& value) {
  switch (kind) {
    case GoFlag::Kind::Boolean:
      return is_boolean(value);
    case GoFlag::Kind::Integer:
      return is_integer(value);
    case GoFlag::Kind::Duration:
      return parse_duration(value).has_value();
    case GoFlag::Kind::Text:
      break;
  }
  return true;
}

const char* kind_name(GoFlag::Kind kind) {
  switch (kind) {
    case GoFlag::Kind::Boolean:
      return "";
    case GoFlag::Kind::Integer:
      return " int";
    case GoFlag::Kind::Duration:
      return " duration";
    case GoFlag::Kind::Text:
      break;
  }
  return " string";
}

}  // namespace

GoFlags parse_go_flags(const std::vector<std::string>& arguments, const std::vector<GoFlag>& known) {
  GoFlags flags;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view text = arguments[i];
    if (text.size() < 2 || text[0] != '-') break;
    text.remove_prefix(text[1] == '-' ? 2 : 1);
    if (text.empty()) break;  // "--"
    if (text[0] == '-' || text[0] == '=') throw UsageError("bad flag syntax: " + arguments[i]);
    const auto equals = text.find('=');
    const std::string name(text.substr(0, equals));
    const auto flag = std::find_if(known.begin(), known.end(), [&](const GoFlag& f) { return f.name == name; });
    if (flag == known.end()) {
      if (name == "h" || name == "help") {
        flags.help = true;
        return flags;
      }
      throw UsageError("flag provided but not defined: -" + name);
    }
    const bool boolean = flag->kind == GoFlag::Kind::Boolean;
    std::string value;
    if (equals != std::string_view::npos) {
      value = text.substr(equals + 1);
    } else if (boolean) {
      value = "true";
    } else if (++i < arguments.size()) {
      value = arguments[i];
    } else {
      throw UsageError("flag needs an argument: -" + name);
    }
    if (!fits(flag->kind, value)) {
      throw UsageError(std::string("invalid ") + (boolean ? "boolean " : "") + "value \"" + value + "\" for " +
                       (boolean ? "" : "flag ") + "-" + name + ": parse error");
    }
    flags.given[name] = value;
  }
  return flags;
}

std::string go_usage(const std::string& command, const std::vector<GoFlag>& known) {
  std::vector<GoFlag> sorted = known;
  std::sort(sorted.begin(), sorted.end(), [](const GoFlag& a, const GoFlag& b) { return a.name < b.name; });
  std::string out = "Usage of " + command + ":\n";
  for (const auto& flag : sorted) {
    out += "  -" + flag.name + kind_name(flag.kind) + "\n    \t" + flag.help;
    if (!flag.fallback.empty() && flag.fallback != "false") {
      const bool text = flag.kind == GoFlag::Kind::Text;
      out += std::string(" (default ") + (text ? "\"" : "") + flag.fallback + (text ? "\"" : "") + ")";
    }
    out += '\n';
  }
  return out;
}

}  // namespace trifle::cli
