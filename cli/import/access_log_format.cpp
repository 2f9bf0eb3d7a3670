#include "import/access_log_format.hpp"

#include <charconv>
#include <cstring>

#include <trifle/stats/path.hpp>

namespace trifle::cli {

std::string_view AccessLogImport::method_path(std::string_view method) {
  for (const auto& known : methods_) {
    if (known.method == method) return known.path;
  }
  KnownMethod& slot = methods_[next_method_];
  next_method_ = (next_method_ + 1) % methods_.size();
  slot.path = "method." + stats::Path::escape(method);
  slot.method = method;
  return slot.path;
}

std::string_view AccessLogImport::add(std::string_view line, stats::Batch& batch) {
  AccessLogLine parts;
  if (const auto wrong = parse_access_log_line(line, format_, parts); !wrong.empty()) return wrong;
  const auto seconds = clock_.read(parts.time);
  if (!seconds) return "its time is none (17/May/2015:10:05:03 +0000)";
  const auto at = stats::Instant::from_unix(*seconds);

  std::memcpy(status_path_.data() + 7, parts.status.data(), 3);
  const std::string_view status(status_path_.data(), status_path_.size());
  const std::string_view method = parts.method();

  if (parts.bytes == "-") {
    if (method.empty()) {
      batch.track(key_, at, {{"count", 1}, {status, 1}});
    } else {
      batch.track(key_, at, {{"count", 1}, {status, 1}, {method_path(method), 1}});
    }
    return {};
  }
  std::int64_t bytes = 0;
  const char* const end = parts.bytes.data() + parts.bytes.size();
  if (std::from_chars(parts.bytes.data(), end, bytes).ec != std::errc()) return "its number of bytes is beyond 64 bits";
  if (method.empty()) {
    batch.track(key_, at, {{"count", 1}, {"bytes", bytes}, {status, 1}});
  } else {
    batch.track(key_, at, {{"count", 1}, {"bytes", bytes}, {status, 1}, {method_path(method), 1}});
  }
  return {};
}

}  // namespace trifle::cli
