#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

struct st_mysql_time;  // Connector/C's MYSQL_TIME

namespace trifle::stats::detail::mysql {

/// The `at` column as the family writes it: "2026-07-15 10:00:00.000000", which is UTC whatever the session's zone.
class BucketText {
 public:
  /// Throws InvalidArgument outside the years 0 to 9999, which a DATETIME can't hold.
  explicit BucketText(std::int64_t at);

  std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 26> text_;
};

/// Unix seconds of a DATETIME that was read; nothing where it is between two seconds, or no date.
std::optional<std::int64_t> unix_seconds(const st_mysql_time& time) noexcept;

}  // namespace trifle::stats::detail::mysql
