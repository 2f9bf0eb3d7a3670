#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace trifle::stats::detail::sqlite {

/// The `at` column as the family writes it: "2026-07-15T10:00:00Z".
class BucketText {
 public:
  /// Throws InvalidArgument outside the years 0 to 9999, which four digits can't spell.
  explicit BucketText(std::int64_t at);

  std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

  /// Without the `Z`: sorts before every spelling of this bucket ("…:00.000000Z" of older writers too) and after the
  /// bucket before.
  std::string_view lower_bound() const noexcept { return text().substr(0, text_.size() - 1); }

 private:
  std::array<char, 20> text_;
};

/// Reads the spellings of one bucket, strictly: "2026-07-15T10:00:00Z" and "2026-07-15T10:00:00.000000Z". Keeps the
/// last day, so that reading a timeline does little calendar arithmetic.
class BucketReader {
 public:
  std::optional<std::int64_t> read(std::string_view text) noexcept {
    const std::int64_t at = read_or_none(text);
    return at == kNone ? std::nullopt : std::optional(at);
  }

 private:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();

  // Not an optional: one that is returned by a call stalls the processor, and this is read for each row.
  std::int64_t read_or_none(std::string_view text) noexcept;

  std::array<char, 10> day_{};
  std::int64_t day_start_ = 0;
};

/// Reads a point in time as some sister may have stored it for a status: with `T` or a space, a fraction, `Z`, "UTC",
/// an offset or nothing (UTC) at its end, or as unix seconds.
std::optional<std::int64_t> read_time(std::string_view text) noexcept;

}  // namespace trifle::stats::detail::sqlite
