#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::detail {

/// The family's names for its own series.
inline constexpr std::string_view kSystemKey = "__system__key__";
inline constexpr std::string_view kUntracked = "__untracked__";

/// How key, granularity and bucket become a row's identity; the same in all drivers.
struct Layout {
  Identity identity = Identity::Full;
  std::string separator = "::";
  std::string prefix;  ///< Redis only

  /// Throws InvalidArgument for a separator or prefix that can't be stored.
  static Layout checked(Identity identity, std::string separator, std::string prefix = {});

  /// The value of the key column: joined as the identity says.
  /// `at` is unix seconds. Appends to `out`.
  void append_key(std::string& out, std::string_view key, std::string_view granularity, std::int64_t at) const;

  /// Code points that a metric key may have so that its rows fit `limit` at every granularity up to that length.
  std::size_t max_key_length(std::size_t limit, std::size_t longest_granularity) const;
};

}  // namespace trifle::stats::detail
