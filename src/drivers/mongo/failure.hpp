#pragma once

#include <bson/bson.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::mongo {

inline constexpr std::string_view kBackend = "mongo";

/// Where a failure met us: it decides whether a write may have happened all the same.
enum class Phase {
  Connect,      ///< before anything was asked
  Ask,          ///< a request that changes nothing
  Transaction,  ///< within one, before its commit: what was done ends with it
  Commit,       ///< the commit itself
  Write,        ///< a write by itself, of which a part may have been applied
};

/// What a failure means.
struct Verdict {
  ErrorCode code;
  Outcome outcome;
  bool retry_is_safe;
  bool again;      ///< the driver itself tries again: somebody else was faster
  bool reconnect;  ///< the connection, or the server behind it, is of no more use
  const char* message;
};

/// A failure as libmongoc tells it.
struct Failure {
  std::uint32_t domain = 0;
  std::int32_t code = 0;
  std::string text{};
  bool transient = false;    ///< the server says that the transaction may be run again
  bool unconfirmed = false;  ///< a write concern's: it was written, but not by as many members as were asked for

  bool timed_out = false;  ///< it came when the time to wait for a server was over

  static Failure of(const bson_error_t& error, const bson_t* reply);
};

Verdict verdict(const Failure& failure, Phase phase) noexcept;

/// What a server's error for one row of an update means.
enum class RowVerdict {
  Duplicate,  ///< a document of that identity is there that the statement didn't match
  Again,      ///< somebody else was faster
  Rewrite,    ///< the statement can't be applied to what is stored: it must be read and merged here
  Refused,    ///< no retry cures it
  Other,      ///< of the server, not of the row
};
RowVerdict row_verdict(std::int32_t code) noexcept;

Error::Details details(std::string_view operation, const Failure& failure, const Verdict& verdict);
[[noreturn]] void raise(const Failure& failure, Phase phase, std::string_view operation);
[[noreturn]] void raise(const Verdict& verdict, Error::Details told);

/// Says that `setup` must be run.
[[noreturn]] void raise_no_index(const std::string& collection, std::string_view operation);

}  // namespace trifle::stats::detail::mongo
