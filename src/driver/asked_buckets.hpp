#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "driver/layout.hpp"

namespace trifle::stats::detail {

/// The buckets that a read asks for. Rows mostly come in their order, so the next one is found in a step.
class AskedBuckets {
 public:
  explicit AskedBuckets(std::span<const std::int64_t> buckets) noexcept : buckets_(buckets), next_(buckets.begin()) {}

  bool contains(std::int64_t at) noexcept {
    if (next_ != buckets_.end() && *next_ == at) {
      ++next_;
      return true;
    }
    next_ = std::lower_bound(buckets_.begin(), buckets_.end(), at);
    if (next_ == buckets_.end() || *next_ != at) return false;
    ++next_;
    return true;
  }

 private:
  std::span<const std::int64_t> buckets_;
  std::span<const std::int64_t>::iterator next_;
};

/// The joined keys of one series: what stands before the bucket, and when their order is that of the buckets.
struct JoinedKeys {
  std::string prefix;  ///< "event::signup::1h::"
  std::string first;   ///< the keys of the first bucket and of the last
  std::string last;
  bool ordered = false;  ///< all keys between, by their bytes, are of buckets between, and all have as many digits

  JoinedKeys(const Layout& layout, std::string_view key, std::string_view granularity,
             std::span<const std::int64_t> buckets) {
    layout.append_key(first, key, granularity, buckets.front());
    layout.append_key(last, key, granularity, buckets.back());
    prefix = first.substr(0, first.size() - decimal(buckets.front()).size());
    ordered = buckets.front() >= 0 && first.size() == last.size();
  }

  /// The bucket of a key that lies between `first` and `last`; nothing where it is of another series.
  std::optional<std::int64_t> bucket_of(std::string_view key) const noexcept {
    if (key.size() != first.size() || std::memcmp(key.data(), prefix.data(), prefix.size()) != 0) return std::nullopt;
    std::int64_t at = 0;
    for (const char c : key.substr(prefix.size())) {
      if (c < '0' || c > '9') return std::nullopt;
      at = at * 10 + (c - '0');
    }
    return at;
  }

  static std::string decimal(std::int64_t number) {
    char digits[24];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
  }
};

}  // namespace trifle::stats::detail
