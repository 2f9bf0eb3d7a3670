#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trifle::stats {

/// The width of a bucket: `<n><unit>`, "15m", "1h", "2w", "1mo", "1q", "1y". Units: s m h d w mo q y.
///
/// The text is part of what is stored, so there is one spelling for each: no leading zero, no upper case, n from 1 to
/// 999,999,999. "60m" and "1h" are two granularities. A value.
class Granularity {
 public:
  enum class Unit { Second, Minute, Hour, Day, Week, Month, Quarter, Year };

  /// Throws InvalidArgument naming the text and the form.
  explicit Granularity(std::string_view text);

  std::int32_t count() const noexcept { return count_; }
  Unit unit() const noexcept { return unit_; }
  std::string to_string() const;

  friend bool operator==(const Granularity&, const Granularity&) = default;

 private:
  std::int32_t count_;
  Unit unit_;
};

}  // namespace trifle::stats
