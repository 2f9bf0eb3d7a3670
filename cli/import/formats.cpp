#include "import/formats.hpp"

#include "failure.hpp"
#include "import/access_log_format.hpp"
#include "import/column_plan.hpp"
#include "import/line_splitter.hpp"
#include "import/ndjson_format.hpp"
#include "import/planned_format.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {
namespace {

char delimiter_of(const std::string& text) {
  if (text == "tab" || text == "\\t") return '\t';
  if (text == "space") return ' ';
  if (text.size() != 1 || text == "\"" || text == "\n")
    throw UsageError("--delimiter is one character, `tab` or `space`");
  return text.front();
}

std::unique_ptr<LineSplitter> splitter_for(const ImportRequest& request) {
  if (request.format == "combined") return access_log_splitter(AccessLogFormat::Combined);
  if (request.format == "common") return access_log_splitter(AccessLogFormat::Common);
  if (request.format == "dpkg") return dpkg_splitter();
  if (!request.regex.empty()) return pattern_splitter(request.regex);
  return csv_splitter(delimiter_of(request.delimiter), split_list(request.columns));
}

}  // namespace

std::unique_ptr<LineFormat> line_format_for(const ImportRequest& request, const stats::Bucketing& bucketing) {
  const bool of_fields = request.format == "csv" || request.format.empty();
  if (!request.regex.empty() && (!request.columns.empty() || !request.format.empty())) {
    throw UsageError("--regex can't be combined with --format or --columns");
  }
  if (!request.columns.empty() && !of_fields) throw UsageError("--columns goes with --format csv only");
  if (request.format.empty() && request.regex.empty() && request.columns.empty()) {
    throw UsageError("what are the lines? --format combined|common|dpkg|ndjson|csv, or --columns, or --regex");
  }
  if (request.format == "ndjson") {
    if (request.changes_plan() || request.key)
      throw UsageError("ndjson lines say themselves what is tracked: no --key, --number, …");
    return std::make_unique<NdjsonImport>();
  }
  const bool access_log = request.format == "combined" || request.format == "common";
  if (access_log && !request.changes_plan()) {
    return std::make_unique<AccessLogImport>(
        request.format == "combined" ? AccessLogFormat::Combined : AccessLogFormat::Common,
        request.key.value_or("requests"));
  }
  if (!of_fields && !access_log && request.format != "dpkg") {
    throw UsageError("unknown format \"" + request.format + "\": combined, common, dpkg, ndjson or csv");
  }
  return std::make_unique<PlannedImport>(splitter_for(request), plan_for(request), bucketing);
}

}  // namespace trifle::cli
