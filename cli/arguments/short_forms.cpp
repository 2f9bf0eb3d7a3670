#include "arguments/short_forms.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

#include "arguments/help_texts.hpp"
#include "failure.hpp"

namespace trifle::cli {
namespace {

constexpr std::array<const char*, 16> kCommands = {"import", "setup", "track", "get",    "keys",     "sum",
                                                   "mean",   "min",   "max",   "count",  "timeline", "category",
                                                   "plot",   "beam",  "scan",  "buckets"};

void add_settings(CLI::App& command, Flags& flags) {
  const auto add = [&](const std::string& name, const std::string& help, bool shown) {
    auto* option = command.add_option_function<std::string>(
        "--" + name, [&flags, name](const std::string& value) { flags[name] = value; }, help);
    option->group(shown ? "Where and how" : "");  // an empty group is hidden
  };
  for (const Setting& setting : all_settings()) {
    if (std::string_view(setting.flag) == "ask-password") {
      command
          .add_flag_callback(
              "--ask-password", [&flags] { flags["ask-password"] = "true"; }, setting.help)
          ->group("Where and how");
    } else {
      add(setting.flag, setting.help, setting.shown);
    }
  }
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

/// What is made of the numbers before they are shown.
void add_shaping(CLI::App& command, SeriesRequest& what) {
  command
      .add_option_function<std::vector<std::string>>(
          "--expr", [&what](const std::vector<std::string>& all) { what.expressions = all; },
          "'revenue / count as average': a path from others; again for more")
      ->expected(1)
      ->take_all()
      ->group("What is made of them");
  command.add_option("--rolling", what.rolling, "7: the mean of 7 buckets; 7:sum, 7:min, 7:max, 7:count")
      ->group("What is made of them");
  command.add_option("--compare", what.compare, "previous|year: beside the numbers before, by the calendar")
      ->group("What is made of them");
  command.add_flag("--closed", what.closed, "without the bucket that is not over")->group("What is made of them");
}

constexpr const char* kPaths = "path; a map stands for what is in it, * for every name; several with commas";

/// A question about one path.
void add_question(CLI::App& command, SeriesRequest& what, std::string& path, std::size_t& slices, OutputFormat& output,
                  const char* help) {
  command.add_option("KEY,--key", what.key, "metric key")->required();
  command.add_option("PATH,--value-path", path, help)->required();
  add_range(command, what.range, what.granularity);
  command.add_option("--slices", slices, "an answer for each of as many runs of buckets (1)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000'000}));
  add_shaping(command, what);
  add_output(command, output);
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
      command.add_option("KEY,--key", request.what.key, "metric key")->required();
      add_range(command, request.what.range, request.what.granularity);
      command.add_flag("--skip-blanks", request.what.skip_blanks, "leave out buckets that hold nothing");
      add_shaping(command, request.what);
      add_output(command, request.output);
    });
  }
  if (name == "timeline") {
    return parse_with<TimelineRequest>(arguments, [](CLI::App& command, TimelineRequest& request) {
      add_question(command, request.what, request.path, request.slices, request.output, kPaths);
      command.add_option("--missing", request.missing, "absent|zero|previous: what stands for no number (absent)");
    });
  }
  if (name == "category") {
    return parse_with<CategoryRequest>(arguments, [](CLI::App& command, CategoryRequest& request) {
      add_question(command, request.what, request.path, request.slices, request.output, kPaths);
    });
  }
  if (name == "sum" || name == "mean" || name == "min" || name == "max" || name == "count") {
    return parse_with<AggregateRequest>(arguments, [&](CLI::App& command, AggregateRequest& request) {
      request.aggregator = name;
      add_question(command, request.what, request.path, request.slices, request.output, "path of the numbers");
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
      command.add_option("KEY", request.what.key, "metric key")->required();
      command.add_option("PATHS", request.paths,
                         "paths, comma-separated; a chart for each word (count, or the first path)");
      add_range(command, request.what.range, request.what.granularity);
      add_shaping(command, request.what);
      const auto shape = [&](const char* flag, PlotShape meant, const char* help) {
        return command
            .add_flag_callback(
                flag, [&request, meant] { request.shape = meant; }, help)
            ->group("How");
      };
      auto* bars = shape("--bars", PlotShape::Bars, "columns (default for one path)");
      auto* lines = shape("--line", PlotShape::Lines, "lines (default for several)");
      auto* sparklines = shape("--spark", PlotShape::Sparklines, "one line of text for each path");
      auto* heat = shape("--heat", PlotShape::Heat, "hour by weekday");
      bars->excludes(lines)->excludes(sparklines)->excludes(heat);
      lines->excludes(sparklines)->excludes(heat);
      sparklines->excludes(heat);
      const auto how = [&](const char* flag, auto& value, const char* help) {
        command.add_option(flag, value, help)->group("How");
      };
      how("--merge", request.merge,
          "sum|mean|min|max, where buckets share a column or field (sum; mean with --expr, --rolling)");
      how("--width", request.width, "columns (the terminal's); pixels of a picture (800)");
      how("--height", request.height, "rows of the plot (12); pixels of a picture (400)");
      how("--unit", request.unit, "what the numbers are, shown in pictures");
      command.add_flag("--ascii", request.ascii, "nothing but ASCII characters")->group("How");
      how("--svg", request.svg, "write a picture to this file instead; - for standard output");
      how("--html", request.html, "write a page to this file instead; - for standard output");
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
