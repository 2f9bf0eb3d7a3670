#include "drivers/redis/status_text.hpp"

#include <charconv>

#include "drivers/redis/failure.hpp"

namespace trifle::stats::detail::redis {

std::string status_text(const StoredStatus& status) { return std::to_string(status.at) + " " + status.json; }

StoredStatus status_of(std::string_view text) {
  StoredStatus status;
  const auto* const last = text.data() + text.size();
  const auto read = std::from_chars(text.data(), last, status.at);
  if (read.ec != std::errc() || read.ptr == last || *read.ptr != ' ') {
    const Verdict corrupt{ErrorCode::CorruptData, Outcome::NotApplied, false, false, "the status isn't one of ours"};
    raise(corrupt, details("scan", corrupt));
  }
  status.json.assign(read.ptr + 1, last);
  return status;
}

}  // namespace trifle::stats::detail::redis
