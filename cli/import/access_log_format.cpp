#include "import/access_log_format.hpp"

#include <charconv>
#include <cstring>

#include <trifle/stats/path.hpp>

namespace trifle::cli {
namespace {

/// The first eight bytes, zeros where there are fewer. At least eight bytes of the line must follow from its start on.
std::uint64_t short_word(std::string_view text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), sizeof word);
  if (text.size() < sizeof word) word &= (std::uint64_t{1} << (8 * text.size())) - 1;
  return word;
}

}  // namespace

std::string_view AccessLogImport::method_path(std::string_view method) {
  const std::uint64_t word = short_word(method);
  for (const auto& known : methods_) {
    if (known.word == word && known.method.size() == method.size() &&
        (method.size() <= sizeof word || known.method == method)) {
      return known.path;
    }
  }
  KnownMethod& slot = methods_[next_method_];
  next_method_ = (next_method_ + 1) % methods_.size();
  slot.path = "method.";
  slot.path += stats::Path::escape(method);
  slot.method = method;
  slot.word = word;
  return slot.path;
}

std::string_view AccessLogImport::add(std::string_view line, stats::Batch& batch) {
  if (const auto wrong = parse_access_log_line(line, format_, parts_); !wrong.empty()) return wrong;
  const auto seconds = clock_.read(parts_.time);
  if (!seconds) return "its time is none (17/May/2015:10:05:03 +0000)";
  const auto at = stats::Instant::from_unix(*seconds);

  std::memcpy(status_path_.data() + 7, parts_.status.data(), 3);
  const std::string_view status(status_path_.data(), status_path_.size());
  const std::string_view method = parts_.method();

  if (parts_.bytes == "-") {
    if (method.empty()) {
      batch.track(key_, at, {{"count", 1}, {status, 1}});
    } else {
      batch.track(key_, at, {{"count", 1}, {status, 1}, {method_path(method), 1}});
    }
    return {};
  }
  std::int64_t bytes = 0;
  const char* const end = parts_.bytes.data() + parts_.bytes.size();
  if (std::from_chars(parts_.bytes.data(), end, bytes).ec != std::errc())
    return "its number of bytes is beyond 64 bits";
  if (method.empty()) {
    batch.track(key_, at, {{"count", 1}, {"bytes", bytes}, {status, 1}});
  } else {
    batch.track(key_, at, {{"count", 1}, {"bytes", bytes}, {status, 1}, {method_path(method), 1}});
  }
  return {};
}

}  // namespace trifle::cli
