#pragma once

#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::postgres {

inline constexpr std::string_view kBackend = "postgres";

/// Where a failure met us: it decides whether the write may have happened all the same.
enum class Phase {
  Connect,    ///< there is no session yet
  Statement,  ///< COMMIT isn't sent, or the server refused something before it: nothing will be applied
  Commit,     ///< COMMIT may be on its way, or is what the server answers to
};

/// What a SQLSTATE means for a caller: the one place where the server's codes become ours.
struct Verdict {
  ErrorCode code;
  Outcome outcome;
  bool retry_is_safe;
  const char* message;
};

/// `sqlstate` is empty where the connection ended without one.
Verdict verdict(std::string_view sqlstate, Phase phase) noexcept;

/// The SQLSTATE as the number that errcodes.h of PostgreSQL gives it (ERRCODE_…), 0 for none.
constexpr int native_code(std::string_view sqlstate) noexcept {
  if (sqlstate.size() != 5) return 0;
  int code = 0;
  for (int i = 4; i >= 0; --i) code = code << 6 | ((sqlstate[static_cast<std::size_t>(i)] - '0') & 0x3F);
  return code;
}

/// A failed write that lost against another transaction: the same may be run again at once.
bool is_conflict(const Error& error) noexcept;

/// After such a failure the session isn't what we take it for: a connection that is gone, a server that may only be
/// read since it was demoted, statements that the server forgot.
bool ends_session(const Error& error) noexcept;

/// Throws the Error of a verdict.
[[noreturn]] void raise(std::string_view sqlstate, std::string_view native_text, Phase phase,
                        std::string_view operation, std::string_view message = {});

/// Says that the server didn't answer in time, and nothing more will be heard of it.
[[noreturn]] void raise_silence(Phase phase, std::string_view operation);

/// Details of an Error of ours that the server had no part in.
Error::Details details(std::string_view operation, bool retry_is_safe);

}  // namespace trifle::stats::detail::postgres
