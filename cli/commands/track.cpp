#include <charconv>

#include "commands/commands.hpp"
#include "failure.hpp"
#include "import/import_run.hpp"
#include "import/ndjson_format.hpp"
#include "input/payload_json.hpp"
#include "interrupt.hpp"
#include "output/text.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {
namespace {

/// "count=1" to a payload; the value is read as JSON numbers are.
stats::Payload payload_of(const TrackRequest& request) {
  if (!request.values.empty()) {
    if (!request.pairs.empty()) throw UsageError("give --values or name=number, not both");
    return parse_payload(request.values);
  }
  stats::Payload payload;
  for (const auto& pair : request.pairs) {
    const auto equals = pair.rfind('=');
    if (equals == std::string::npos || equals == 0) throw UsageError(in_quotes(pair) + " is not name=number");
    const stats::Payload number = parse_payload("{\"value\":" + pair.substr(equals + 1) + "}");
    if (number.size() != 1 || number.items().front().path != "value")
      throw UsageError(in_quotes(pair) + " is not name=number");
    payload.add(pair.substr(0, equals), number.items().front().number);
  }
  if (payload.empty()) throw UsageError("nothing to track: give name=number, or --values with a JSON object");
  return payload;
}

int track_lines(const Settings& settings, Console& console) {
  catch_interrupts();
  LineReader reader(open_source("-"));
  NdjsonImport format;
  Stats stats = connect(settings, Access::Load);
  stats.setup();
  ImportRun import(stats, format, console, {});
  const int code = import.run(reader);
  stats.flush();
  return code;
}

}  // namespace

int run(const TrackRequest& request, const Settings& settings, Console& console) {
  const bool asserts = request.mode == "assert";
  if (!asserts && request.mode != "track")
    throw UsageError("invalid mode: " + request.mode + " (expected track or assert)");
  if (request.key == "-") {
    if (!request.values.empty() || !request.pairs.empty() || request.untracked || asserts || request.at != "now") {
      throw UsageError(
          "lines from standard input say everything themselves: `trifle track -` takes no values, --at, --mode or "
          "--untracked");
    }
    return track_lines(settings, console);
  }
  const stats::Payload payload = payload_of(request);
  const stats::Instant at = parse_instant(request.at, bucketing_of(settings), "--at");
  Stats stats = connect(settings, Access::Create);
  stats.setup();
  const stats::TrackOptions options{.untracked = request.untracked};
  if (asserts) {
    stats.assert_values(request.key, at, payload, options);
  } else {
    stats.track(request.key, at, payload, options);
  }
  stats.flush();
  return kOk;
}

}  // namespace trifle::cli
