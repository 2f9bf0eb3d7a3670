#pragma once

#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>

struct sqlite3;

namespace trifle::stats::detail::sqlite {

inline constexpr std::string_view kBackend = "sqlite";

/// Where a native failure met us: it decides whether the write may have happened all the same.
enum class Phase {
  Statement,  ///< before COMMIT: what was done is rolled back
  Commit,     ///< COMMIT itself, or a statement that commits by itself
};

/// What a native result code means for a caller: the one place where SQLite's codes become ours.
struct Verdict {
  ErrorCode code;
  Outcome outcome;
  bool retry_is_safe;
  const char* message;
};

/// `native` is a result code, extended or not.
Verdict verdict(int native, Phase phase) noexcept;

/// Throws the Error of a verdict.
[[noreturn]] void raise(int native, std::string_view native_text, Phase phase, std::string_view operation,
                        std::string_view message = {});

/// The same, with the text and the extended code of what just failed on `db`.
[[noreturn]] void raise(sqlite3* db, int native, Phase phase, std::string_view operation);

/// Says that `setup` must be run.
[[noreturn]] void raise_missing_table(const std::string& table, std::string_view operation);

/// Details of an Error of ours that SQLite had no part in.
Error::Details details(std::string_view operation, bool retry_is_safe);

}  // namespace trifle::stats::detail::sqlite
