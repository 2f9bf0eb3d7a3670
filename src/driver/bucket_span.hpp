#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace trifle::stats::detail {

/// How long a row is kept: `after` seconds behind its bucket's end, or behind its last write where that is later.
struct Expiry {
  std::int64_t end = 0;    ///< unix seconds
  std::int64_t after = 0;  ///< 0: for ever
};

/// When buckets expire, by their granularity. A bucket's end isn't known here, for that is the calendar's: the longest
/// that it can be is taken, so that none expires too early.
class BucketSpans {
 public:
  /// `expire_after` holds valid granularities, "" for all that it doesn't name, and must outlive this.
  explicit BucketSpans(const std::map<std::string, std::chrono::seconds>& expire_after) : after_(expire_after) {}

  Expiry expiry_of(std::string_view granularity, std::int64_t at);

 private:
  const std::map<std::string, std::chrono::seconds>& after_;
  std::string_view last_granularity_;
  std::int64_t last_span_ = 0;
  std::int64_t last_after_ = 0;
};

}  // namespace trifle::stats::detail
