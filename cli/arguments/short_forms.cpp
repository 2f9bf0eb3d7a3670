#include "arguments/short_forms.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

#include "arguments/help_texts.hpp"
#include "failure.hpp"

namespace trifle::cli {
namespace {

constexpr std::array<const char*, 9> kCommands = {"import", "setup", "track", "get",    "keys",
                                                  "plot",   "beam",  "scan",  "buckets"};

void add_settings(CLI::App& command, Flags& flags) {
  const auto add = [&](const std::string& name, const std::string& help, bool shown) {
    auto* option = command.add_option_function<std::string>(
        "--" + name, [&flags, name](const std::string& value) { flags[name] = value; }, help);
    option->group(shown ? "Where and how" : "");  // an empty group is hidden
  };
  for (const Setting& setting : all_settings()) add(setting.flag, setting.help, setting.shown);
  add("config", "configuration file (~/.config/trifle/config.yaml)", true);
  add("source", "source of the configuration file", true);
}

void add_range(CLI::App& command, RangeRequest& range, std::string& granularity) {
  command.add_option("--last", range.last, "span up to now: 7d, 24h, 1mo");
  command.add_option("--from", range.from, "RFC 3339, or a date in the time zone");
  command.add_option("--to", range.to, "RFC 3339, or a date, that day included (default: now)");
  command.add_option("--granularity", granularity, "width of the buckets: 1h, 1d, 15m");
}

void add_output(CLI::App& command, OutputFormat& output) {
  auto* json = command.add_flag_callback(
      "--json", [&output] { output = OutputFormat::Json; }, "JSON (default when piped)");
  auto* csv = command.add_flag_callback(
      "--csv", [&output] { output = OutputFormat::Csv; }, "comma-separated values");
  auto* table = command.add_flag_callback(
      "--text", [&output] { output = OutputFormat::Table; }, "aligned columns (default on a terminal)");
  json->excludes(csv)->excludes(table);
  csv->excludes(table);
}

void add_import(CLI::App& command, ImportRequest& request) {
  command.add_option("FILE", request.file, "a file, plain, gzip or zstd; - for standard input")->required();
  command.add_option("--format", request.format, "combined|common|dpkg|ndjson|csv");
  command.add_option("--columns", request.columns, "names of the csv columns, in order; - for one to skip");
  command.add_option("--regex", request.regex, "expression with named groups instead of a format");
  command.add_option("--delimiter", request.delimiter, "between csv columns: one character, tab or space");
  const auto optional = [&](const char* name, std::optional<std::string>& value, const char* help) {
    command
        .add_option_function<std::string>(
            name, [&value](const std::string& text) { value = text; }, help)
        ->group("What is tracked");
  };
  optional("--key", request.key, "one key for all lines");
  optional("--key-field", request.key_field, "field that holds the key (key)");
  optional("--time", request.time_field, "field that holds the time (time)");
  optional("--time-format", request.time_format, "rfc3339|unix|unix-ms|clf, or a pattern: '%Y-%m-%d %H:%M:%S'");
  optional("--count", request.count, "name under which lines are counted (count); '' for none");
  const auto list = [&](const char* name, std::vector<std::string>& values, const char* help) {
    command
        .add_option_function<std::vector<std::string>>(
            name, [&values](const std::vector<std::string>& all) { values = all; }, help)
        ->expected(1)
        ->take_all()
        ->group("What is tracked");
  };
  list("--number", request.numbers, "[NAME=]FIELD to add up; again for more; '' for none");
  list("--label", request.labels, "[NAME=]FIELD to count as NAME.<value>; again for more; '' for none");
  command.add_flag("--untracked", request.untracked, "count the lines in the system rows under __untracked__")
      ->group("What is tracked");
  command.add_flag("--strict", request.strict, "stop at the first bad line; what stands before it is committed");
  command.add_option("--from-line", request.from_line, "skip the lines before this one");
  command.add_flag("--quiet", request.quiet, "no progress and no summary");
}

/// One command with its options bound to a request.
template <class R, class Add>
std::variant<Invocation, HelpText> parse_with(const std::vector<std::string>& arguments, const Add& add) {
  const std::string& name = arguments.front();
  R request;
  Flags flags;
  CLI::App app(command_summary(name), "trifle " + name);
  app.footer(command_examples(name));
  app.set_help_flag("-h,--help", "this text");
  add(app, request);
  add_settings(app, flags);
  try {
    std::vector<std::string> rest(arguments.rbegin(), arguments.rend() - 1);  // CLI11 takes them from the back
    app.parse(rest);
  } catch (const CLI::CallForHelp&) {
    return HelpText{app.help()};
  } catch (const CLI::ParseError& e) {
    throw UsageError(std::string(e.what()) + " (see trifle " + name + " --help)");
  }
  return Invocation{std::move(flags), std::move(request)};
}

}  // namespace

bool is_short_form(const std::string& command) {
  return std::find(kCommands.begin(), kCommands.end(), command) != kCommands.end();
}

std::variant<Invocation, HelpText> parse_short_form(const std::vector<std::string>& arguments) {
  const std::string& name = arguments.front();
  if (name == "import") return parse_with<ImportRequest>(arguments, add_import);
  if (name == "setup") {
    return parse_with<SetupRequest>(arguments, [](CLI::App& command, SetupRequest& request) {
      command.add_flag("--check", request.check, "touch nothing, only tell what is missing or differs");
    });
  }
  if (name == "track") {
    return parse_with<TrackRequest>(arguments, [](CLI::App& command, TrackRequest& request) {
      command.add_option("KEY", request.key, "metric key; - for NDJSON lines from standard input")->required();
      command.add_option("NAME=NUMBER", request.pairs, "what to add");
      command.add_option("--values", request.values, "the same as a JSON object");
      command.add_option("--at", request.at, "RFC 3339, a date, unix seconds or now");
      command.add_option("--mode", request.mode, "track adds, assert sets");
      command.add_flag("--untracked", request.untracked, "count the call in the system rows under __untracked__");
    });
  }
  if (name == "get") {
    return parse_with<GetRequest>(arguments, [](CLI::App& command, GetRequest& request) {
      command.add_option("KEY,--key", request.key, "metric key")->required();
      add_range(command, request.range, request.granularity);
      command.add_flag("--skip-blanks", request.skip_blanks, "leave out buckets that hold nothing");
      add_output(command, request.output);
    });
  }
  if (name == "keys") {
    return parse_with<KeysRequest>(arguments, [](CLI::App& command, KeysRequest& request) {
      command.add_option("KEY,--key", request.key, "list the paths of this key instead");
      add_range(command, request.range, request.granularity);
      add_output(command, request.output);
    });
  }
  if (name == "plot") {
    return parse_with<PlotRequest>(arguments, [](CLI::App& command, PlotRequest& request) {
      command.add_option("KEY", request.key, "metric key")->required();
      command.add_option("PATH", request.paths, "a chart for each (default: count, or the first)");
      add_range(command, request.range, request.granularity);
      command.add_option("--merge", request.merge, "sum|mean|max, where several buckets share a column");
      command.add_option("--width", request.width, "columns (default: the terminal's)");
      command.add_option("--height", request.height, "rows of the plot (12)");
      command.add_flag("--ascii", request.ascii, "no block characters");
    });
  }
  if (name == "beam") {
    return parse_with<BeamRequest>(arguments, [](CLI::App& command, BeamRequest& request) {
      command.add_option("KEY", request.key, "status key")->required();
      command.add_option("--values", request.values, "JSON object of numbers, texts, booleans and null")->required();
      command.add_option("--at", request.at, "RFC 3339, a date, unix seconds or now");
    });
  }
  if (name == "scan") {
    return parse_with<ScanRequest>(arguments, [](CLI::App& command, ScanRequest& request) {
      command.add_option("KEY", request.key, "status key")->required();
      add_output(command, request.output);
    });
  }
  return parse_with<BucketsRequest>(arguments, [](CLI::App& command, BucketsRequest& request) {
    command
        .add_option("INSTANT", request.instant,
                    "RFC 3339, a date, unix seconds or now; - for NDJSON lines from standard input")
        ->required();
    command.add_option("--to", request.to, "list the buckets up to this instant");
    command.add_option("--granularity", request.granularity, "one or several, comma-separated");
    add_output(command, request.output);
  });
}

}  // namespace trifle::cli
