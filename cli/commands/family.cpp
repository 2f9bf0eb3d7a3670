#include "commands/family.hpp"

#include <functional>
#include <map>

#include "arguments/go_flags.hpp"
#include "arguments/help_texts.hpp"
#include "commands/family_commands.hpp"
#include "commands/family_series.hpp"
#include "failure.hpp"
#include "settings/password.hpp"

namespace trifle::cli {
namespace {

using Kind = GoFlag::Kind;

struct Command {
  std::vector<GoFlag> flags;  // beside those that all have
  bool api = true;            // takes the flags of the HTTP client
  int (*run)(const Flags&, const Settings&, Console&);
};

const std::map<std::string, Command>& commands() {
  static const GoFlag key{"key", Kind::Text, "Metrics key", ""};
  static const GoFlag from{"from", Kind::Text, "RFC3339 start timestamp", ""};
  static const GoFlag to{"to", Kind::Text, "RFC3339 end timestamp", ""};
  static const GoFlag granularity{"granularity", Kind::Text, "Granularity (e.g. 1h, 1d)", ""};
  static const GoFlag path{"value-path", Kind::Text, "Path of the numbers", ""};
  static const GoFlag slices{"slices", Kind::Integer, "Number of slices", "1"};
  static const GoFlag format{"format", Kind::Text, "json, table or csv", "json"};
  static const std::map<std::string, Command> all = {
      {"setup", {{}, false, family_setup}},
      {"push",
       {{key,
         {"at", Kind::Text, "RFC3339 timestamp (now where it is missing)", ""},
         {"values", Kind::Text, "Values as a JSON object", ""},
         {"values-file", Kind::Text, "File that holds them", ""},
         {"mode", Kind::Text, "track or assert", "track"}},
        true,
        family_push}},
      {"get",
       {{key, from, to, granularity, {"skip-blanks", Kind::Boolean, "Leave out buckets that hold nothing", "false"}},
        true,
        family_get}},
      {"keys", {{key, from, to, granularity, format}, true, family_keys}},
      {"aggregate",
       {{key, path, {"aggregator", Kind::Text, "sum, mean, min or max", ""}, from, to, granularity, slices, format},
        true,
        family_aggregate}},
      {"timeline", {{key, path, from, to, granularity, slices, format}, true, family_timeline}},
      {"category", {{key, path, from, to, granularity, slices, format}, true, family_category}},
  };
  return all;
}

Kind kind_of(std::string_view flag) {
  if (flag == "buffer-aggregate" || flag == "buffer-async" || flag == "ask-password") return Kind::Boolean;
  if (flag == "buffer-size") return Kind::Integer;
  if (flag == "buffer-duration" || flag == "timeout") return Kind::Duration;
  return Kind::Text;
}

std::vector<GoFlag> flags_of(const Command& command) {
  std::vector<GoFlag> flags = command.flags;
  flags.push_back({"config", Kind::Text, "Configuration file", ""});
  flags.push_back({"source", Kind::Text, "Source of the configuration file", ""});
  for (const Setting& setting : all_settings()) {
    const std::string_view name = setting.flag;
    if (!command.api && (name == "url" || name.starts_with("token") || name == "source-id")) continue;
    flags.push_back({setting.flag, kind_of(name), setting.help, setting.fallback});
  }
  return flags;
}

}  // namespace

int run_family(const std::vector<std::string>& arguments, Console& console) {
  if (arguments.empty()) {
    console.write(metrics_usage());
    return kFailed;
  }
  const std::string& name = arguments.front();
  if (name == "help" || name == "-h" || name == "--help") {
    console.write(metrics_usage());
    return kOk;
  }
  const auto found = commands().find(name);
  if (found == commands().end()) {
    console.say("unknown metrics command: " + name);
    console.write(metrics_usage());
    return kFailed;
  }
  const std::vector<GoFlag> known = flags_of(found->second);
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  GoFlags flags;
  try {
    flags = parse_go_flags(rest, known);
  } catch (const UsageError& e) {
    console.say(std::string(e.what()) + "\n" + go_usage("metrics " + name, known));
    return kWrongUse;
  }
  if (flags.help) {
    console.say(go_usage("metrics " + name, known));
    return kOk;
  }
  if (const std::string warning = password_warning(flags.given); !warning.empty()) console.say(warning);
  return found->second.run(flags.given, Settings::resolve(flags.given), console);
}

}  // namespace trifle::cli
