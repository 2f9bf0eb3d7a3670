#include <trifle/stats/error.hpp>
#include <trifle/stats/granularity.hpp>

#include <array>
#include <charconv>
#include <system_error>

#include "time/quoted_text.hpp"

namespace trifle::stats {
namespace {

constexpr std::int32_t kLargest = 999'999'999;

constexpr std::array<std::string_view, 8> kUnits = {"s", "m", "h", "d", "w", "mo", "q", "y"};  // in Unit's order

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw InvalidArgument(
      "granularity: " + detail::quoted(text) + " " + std::string(why) +
      "; allowed is <n><unit>, such as \"15m\" or \"1mo\": n from 1 to 999999999 without a leading zero, "
      "the unit one of s, m, h, d, w, mo, q, y");
}

}  // namespace

Granularity::Granularity(std::string_view text) {
  const char* const end = text.data() + text.size();
  const bool starts_with_digit = !text.empty() && text.front() >= '0' && text.front() <= '9';
  if (!starts_with_digit) refuse(text, "doesn't start with a number");
  if (text.front() == '0') refuse(text, "has a number that is zero or starts with one");
  const auto [unit, error] = std::from_chars(text.data(), end, count_);
  if (error != std::errc() || count_ > kLargest) refuse(text, "has a number that is too large");

  const std::string_view name(unit, static_cast<std::size_t>(end - unit));
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (kUnits[i] != name) continue;
    unit_ = static_cast<Unit>(i);
    return;
  }
  refuse(text, name.empty() ? "has no unit" : "has an unknown unit");
}

std::string Granularity::to_string() const {
  return std::to_string(count_).append(kUnits[static_cast<std::size_t>(unit_)]);
}

}  // namespace trifle::stats
