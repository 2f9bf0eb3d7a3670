#pragma once

#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::mysql {

inline constexpr std::string_view kBackend = "mysql";

inline constexpr unsigned kDuplicateKey = 1062;
inline constexpr unsigned kNoSuchTable = 1146;

/// Where a native failure met us: it decides whether the write may have happened all the same.
enum class Phase {
  Connect,    ///< before the connection can be used
  Statement,  ///< before COMMIT was sent: what was done is rolled back, by us or by the server when the connection ends
  Commit,     ///< COMMIT itself, or a statement that commits by itself
};

/// What a native error number means for a caller: the one place where the servers' and the client's become ours.
struct Verdict {
  ErrorCode code;
  Outcome outcome;
  bool retry_is_safe;
  bool again;  ///< the driver itself rolls back and runs the batch again: deadlock, lock wait, a race of inserts
  bool lost;   ///< the connection is of no more use
  const char* message;
};

/// `native` is an error number of MySQL or MariaDB (1000 and more) or of Connector/C (2000 to 2999, 5000 to 5999).
Verdict verdict(unsigned native, Phase phase) noexcept;

/// Throws the Error of a verdict.
[[noreturn]] void raise(unsigned native, std::string_view native_text, Phase phase, std::string_view operation,
                        std::string_view message = {});

/// Says that `setup` must be run.
[[noreturn]] void raise_missing_table(const std::string& table, std::string_view operation, unsigned native = 0,
                                      std::string_view native_text = {});

/// Details of an Error of ours that the server had no part in.
Error::Details details(std::string_view operation, bool retry_is_safe);

}  // namespace trifle::stats::detail::mysql
