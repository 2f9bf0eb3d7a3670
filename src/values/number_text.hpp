#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <trifle/stats/number.hpp>

namespace trifle::stats::detail {

/// The longest text of `write_number`.
inline constexpr std::size_t kNumberLength = 32;

/// Writes the shortest decimal text that reads back as the same value, valid JSON, and returns its end; an integral
/// double up to 2^53 is written as an integer, -0.0 as 0. `first` has room for kNumberLength. The number is finite.
char* write_number(char* first, Number number) noexcept;
void append_number(std::string& out, Number number);

/// Reads a decimal number as databases and sisters spell it: "3", "3.0000000000", "2.0e+21", "+5". Without exponent and
/// with a fraction of zeros only it is an integer where it fits 64 bits; otherwise a double, which is an integer again
/// where it is integral and at most 2^53. Nothing for other text and for what no double can hold.
std::optional<Number> read_number(std::string_view text) noexcept;

}  // namespace trifle::stats::detail
