#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::api {

inline constexpr std::string_view kBackend = "api";

/// What a failure means for what was asked.
struct Verdict {
  ErrorCode code;
  Outcome outcome;
  bool retry_is_safe;
  const char* message;
};

/// What an answer says.
struct Answer {
  int status = 0;
  std::string_view content_type = {};
  std::string_view body = {};
};

/// Of an answer to a write; nothing where it says that the measurement is there. Where not the measurement is at fault
/// but the token, the source or the address, a retry is safe: whoever runs the server can cure that.
std::optional<Verdict> verdict_of_write(const Answer& answer) noexcept;

/// Of an answer to a question, which changes nothing; nothing where it was answered.
std::optional<Verdict> verdict_of_read(const Answer& answer) noexcept;

/// Where a request got lost.
enum class Lost {
  Before,  ///< nothing of it was sent: no connection, no TLS
  Read,    ///< after it was sent, and it changes nothing
  Write,   ///< after it was sent: the measurement may be there
};
Verdict verdict(Lost lost, bool timed_out) noexcept;

/// Throws what a verdict says. `text` is the server's or the client library's, cut to what fits a message.
[[noreturn]] void raise(const Verdict& verdict, std::string_view operation, int native_code, std::string_view text,
                        std::chrono::seconds retry_after = {});

}  // namespace trifle::stats::detail::api
