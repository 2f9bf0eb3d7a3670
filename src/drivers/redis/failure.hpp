#pragma once

#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::redis {

inline constexpr std::string_view kBackend = "redis";

/// What a failure of the server or of the connection means.
struct Verdict {
  ErrorCode code;
  Outcome outcome;
  bool retry_is_safe;
  bool reconnect;  ///< the next call goes over a new connection: another server may answer there
  const char* message;
};

/// Of an error reply, by the word that it begins with. The server refuses before it changes anything: our transactions
/// check everything first, and what refuses a write for the server's own state does so at the first of them.
Verdict verdict(std::string_view reply) noexcept;

/// Where the connection failed.
enum class Phase {
  Connect,     ///< before anything was asked
  Send,        ///< a request left incomplete, which the server doesn't run
  Await,       ///< a request that changes nothing was sent
  AwaitWrite,  ///< a write was sent in full: it may have been applied
};
Verdict verdict(Phase phase, bool timed_out) noexcept;

/// It is written, but not safe yet.
inline constexpr Verdict kTooFewReplicas = {ErrorCode::Timeout, Outcome::Unknown, false, false,
                                            "too few replicas have it yet"};

Error::Details details(std::string_view operation, const Verdict& verdict, int native_code = 0,
                       std::string_view native_text = {});
[[noreturn]] void raise(const Verdict& verdict, Error::Details told, std::string_view message = {});

/// Throws what an error reply means.
[[noreturn]] void raise_reply(std::string_view reply, std::string_view operation);

/// Throws what a child gets that uses its parent's connections.
[[noreturn]] void raise_after_fork(std::string_view operation);

/// Whether the server doesn't run scripts at all, or not for this user.
bool refuses_scripts(std::string_view reply) noexcept;

}  // namespace trifle::stats::detail::redis
