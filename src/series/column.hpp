#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <trifle/stats/number.hpp>

namespace trifle::stats::detail {

/// An integer of a larger magnitude has no double of its own.
inline constexpr std::int64_t kExactInDouble = std::int64_t{1} << 53;

/// The numbers of one path, in the rows that have it; 8 bytes each, and as little as possible beside them.
///
/// A **dense** column has a slot for each row of its series, and a bitmap of the rows that hold a number unless all do;
/// an empty slot is zero. A **sparse** one has a slot for each number, and the ascending row indexes beside them.
/// Immutable once built.
class Column {
 public:
  /// What the slots are. In `Reals`, an integral value up to 2^53 stands for the integer (Number writes and reads both
  /// alike), so that a column with fractions in it is still one span of doubles. `Mixed` is the rare rest: fractions
  /// beside integers that no double holds.
  enum class Kind : std::uint8_t { Integers, Reals, Mixed };

  const std::string& name() const noexcept { return name_; }  ///< the path in its stored form
  Kind kind() const noexcept { return kind_; }
  bool sparse() const noexcept { return sparse_; }
  std::size_t count() const noexcept { return count_; }  ///< rows that hold a number

  std::size_t slots() const noexcept { return kind_ == Kind::Reals ? reals_.size() : integers_.size(); }
  std::span<const std::int64_t> integers() const noexcept { return integers_; }  ///< Integers; the bits in Mixed
  std::span<const double> reals() const noexcept { return reals_; }              ///< Reals
  std::span<const std::uint64_t> present() const noexcept { return present_; }   ///< dense; empty: every row
  std::span<const std::uint64_t> real_slots() const noexcept {
    return real_slots_;
  }                                                                       ///< Mixed: which slots are doubles
  std::span<const std::uint32_t> rows() const noexcept { return rows_; }  ///< sparse: the row of each slot

  static bool bit(std::span<const std::uint64_t> bits, std::size_t index) noexcept {
    return (bits[index / 64] >> (index % 64) & 1) != 0;
  }

  /// The slot of a row, if it holds a number.
  std::optional<std::size_t> slot(std::size_t row) const noexcept;

  Number number(std::size_t slot) const noexcept {
    if (kind_ == Kind::Integers) return integers_[slot];
    if (kind_ == Kind::Reals) return of_real(reals_[slot]);
    if (bit(real_slots_, slot)) return std::bit_cast<double>(integers_[slot]);
    return integers_[slot];
  }

  std::optional<Number> value(std::size_t row) const noexcept {
    if (const auto at = slot(row)) return number(*at);
    return std::nullopt;
  }

  std::size_t bytes() const noexcept;  ///< memory held

 private:
  friend class ColumnBuilder;
  friend class ResultColumn;

  static Number of_real(double real) noexcept {
    if (std::abs(real) <= static_cast<double>(kExactInDouble)) {
      const auto integer = static_cast<std::int64_t>(real);
      if (static_cast<double>(integer) == real) return integer;
    }
    return real;
  }

  std::string name_;
  std::size_t count_ = 0;
  Kind kind_ = Kind::Integers;
  bool sparse_ = false;
  std::vector<std::int64_t> integers_;
  std::vector<double> reals_;
  std::vector<std::uint64_t> present_;
  std::vector<std::uint64_t> real_slots_;
  std::vector<std::uint32_t> rows_;
};

}  // namespace trifle::stats::detail
