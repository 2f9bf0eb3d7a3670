#include "commands/commands.hpp"
#include "commands/key_counts.hpp"
#include "commands/read_series.hpp"
#include "commands/read_table.hpp"
#include "failure.hpp"
#include "output/json_text.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {
namespace {

/// The family's shape; beside it what it was compared with, and `partial` where a bucket isn't over.
std::string get_json(const ReadSeries& read) {
  std::string json = "{\"data\":" + read.series.to_json();
  if (read.compared) json += ",\"difference\":" + read.compared->difference.to_json();
  if (read.partial()) json += ",\"partial\":true";
  if (read.compared)
    json += ",\"previous\":" + read.compared->previous.to_json() + ",\"ratio\":" + read.compared->ratio.to_json();
  return indented(json + "}");
}

}  // namespace

int run(const GetRequest& request, const Settings& settings, Console& console) {
  const ReadSeries read = read_series(request.what, settings);
  switch (chosen(request.output, console)) {
    case OutputFormat::Csv:
      console.write(read_table(read, read.series.paths()).csv());
      say_partial(read, console);
      break;
    case OutputFormat::Table:
      console.write(with_partial_marks(read_table(read, read.series.paths()), read).aligned());
      break;
    default:
      console.write(get_json(read));
  }
  return kOk;
}

int run(const KeysRequest& request, const Settings& given, Console& console) {
  const Settings settings = with_source(given);
  const TimeRange range = resolve_range(request.range, bucketing_of(settings));
  const std::string granularity = resolve_granularity(request.granularity, stats_options(settings));
  Stats stats = connect(settings, Access::Read);
  const auto counts = count_keys(stats, request.key, range, granularity);
  switch (chosen(request.output, console)) {
    case OutputFormat::Csv:
      console.write(key_counts_table(counts).csv());
      break;
    case OutputFormat::Table:
      console.write(key_counts_table(counts).aligned());
      if (counts.empty())
        console.say("nothing was tracked between " + range.from_text + " and " + range.to_text + " (--last, --from)");
      break;
    default:
      console.write(key_counts_json(counts, range, granularity));
  }
  return kOk;
}

}  // namespace trifle::cli
