#include "settings/duration.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace trifle::cli {

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 8> kUnits = {{
      {"ns", 1.0},
      {"us", 1e3},
      {"µs", 1e3},
      {"μs", 1e3},
      {"ms", 1e6},
      {"s", 1e9},
      {"m", 60e9},
      {"h", 3600e9},
  }};
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    double scale = 0;
    for (const auto& [unit, nanoseconds] : kUnits) {
      // "m" must not be taken for the start of "ms".
      if (!text.starts_with(unit) || (unit == "m" && text.starts_with("ms"))) continue;
      scale = nanoseconds;
      text.remove_prefix(unit.size());
      break;
    }
    if (scale == 0) return std::nullopt;
    total += number * scale;
  }
  if (!(total < 9.2e18)) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(total));
}

}  // namespace trifle::cli
