#include "input/json_instant.hpp"

#include <chrono>

#include "failure.hpp"
#include "output/text.hpp"

namespace trifle::cli {

stats::Instant instant_of(const stats::StatusValue& value, const std::string& member) {
  if (const auto* text = std::get_if<std::string>(&value)) return stats::Instant::parse(*text);
  if (const auto* number = std::get_if<stats::Number>(&value)) {
    if (const auto seconds = number->to_int64()) return stats::Instant::from_unix(*seconds);
    return stats::Instant(
        std::chrono::sys_time<std::chrono::duration<double>>(std::chrono::duration<double>(number->to_double())));
  }
  throw Failure(in_quotes(member) + " is neither RFC 3339 nor unix seconds");
}

}  // namespace trifle::cli
