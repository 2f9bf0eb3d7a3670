#include "commands/commands.hpp"
#include "commands/key_counts.hpp"
#include "failure.hpp"
#include "output/series_text.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {
namespace {

OutputFormat chosen(OutputFormat asked, const Console& console) {
  if (asked != OutputFormat::Auto) return asked;
  return console.out_is_terminal() ? OutputFormat::Table : OutputFormat::Json;
}

}  // namespace

int run(const GetRequest& request, const Settings& settings, Console& console) {
  const TimeRange range = resolve_range(request.range, bucketing_of(settings));
  const std::string granularity = resolve_granularity(request.granularity, stats_options(settings));
  Stats stats = connect(settings, Access::Read);
  const auto series =
      stats.values(request.key, range.from, range.to, granularity, {.skip_blanks = request.skip_blanks});
  switch (chosen(request.output, console)) {
    case OutputFormat::Csv:
      console.write(series_table(series).csv());
      break;
    case OutputFormat::Table:
      console.write(series_table(series).aligned());
      break;
    default:
      console.write(series_json(series));
  }
  return kOk;
}

int run(const KeysRequest& request, const Settings& settings, Console& console) {
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
