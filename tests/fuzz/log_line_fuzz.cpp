// Log lines of every format: refused, or taken apart into parts of the line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/error.hpp>

#include "failure.hpp"
#include "import/line_splitter.hpp"
#include "input/access_log_line.hpp"
#include "input/time_format.hpp"
#include "output/text.hpp"

namespace {

using namespace trifle;

void require(bool holds) {
  if (!holds) std::abort();
}

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_access_log(std::string_view line) {
  cli::AccessLogLine common;
  cli::AccessLogLine combined;
  const bool is_common = cli::parse_access_log_line(line, cli::AccessLogFormat::Common, common).empty();
  const bool is_combined = cli::parse_access_log_line(line, cli::AccessLogFormat::Combined, combined).empty();
  require(!is_combined || is_common);
  if (!is_common) return;
  for (const auto part : {common.host, common.user, common.time, common.request, common.status, common.bytes,
                          common.method(), common.target(), common.protocol()}) {
    require(inside(part, line));
  }
  require(common.status.size() == 3 && !common.bytes.empty() && common.time.size() == 26);
  if (is_combined) require(inside(combined.referer, line) && inside(combined.agent(), line));

  // A clock that has seen other lines reads a time as a new one does.
  static cli::ClfClock used;
  cli::ClfClock fresh;
  require(used.read(common.time) == fresh.read(common.time));
}

/// Splitters reuse memory from line to line, so they are kept.
void check_splitters(std::string_view line) {
  static const std::vector<std::unique_ptr<cli::LineSplitter>> splitters = [] {
    std::vector<std::unique_ptr<cli::LineSplitter>> all;
    all.push_back(cli::access_log_splitter(cli::AccessLogFormat::Common));
    all.push_back(cli::access_log_splitter(cli::AccessLogFormat::Combined));
    all.push_back(cli::dpkg_splitter());
    all.push_back(cli::csv_splitter(',', {"time", "key", "number_a"}));
    all.push_back(cli::pattern_splitter(R"(^(?<time>\S+) (?<key>\w+)=(?<number_a>[0-9.]+)(?: (?<label_b>.*))?$)"));
    return all;
  }();
  std::vector<std::string_view> fields;
  for (const auto& splitter : splitters) {
    if (!splitter->split(line, fields).empty()) continue;
    require(fields.size() == splitter->names().size());
    for (const auto field : fields) require(cli::valid_utf8(field));
  }
  const auto with_header = cli::csv_splitter(';', {});
  if (with_header->read_header(line).empty())
    require(with_header->split(line, fields).empty() || line.starts_with("\xef\xbb\xbf"));
}

void check_times(std::string_view text) {
  static const stats::Bucketing bucketing("UTC");
  for (const char* name : {"rfc3339", "unix", "unix-ms", "clf", "%Y-%m-%d %H:%M:%S", "%d/%b/%Y %H:%M %z"}) {
    cli::TimeFormat format(name, bucketing);
    try {
      const auto once = format.read(text);
      require(format.read(text) == once);
    } catch (const cli::Failure&) {
    } catch (const stats::InvalidArgument&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  require(cli::valid_utf8(cli::printable(line)));
  if (line.empty() || line.find('\n') != std::string_view::npos) return 0;  // the reader gives no such line
  check_access_log(line);
  check_times(line.substr(0, 64));
  if (cli::valid_utf8(line)) check_splitters(line);
  return 0;
}
