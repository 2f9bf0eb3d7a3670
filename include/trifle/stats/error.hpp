#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/instant.hpp>

namespace trifle::stats {

/// What kind of failure it was: a stable number for programs, chosen by what a caller does next.
enum class ErrorCode {
  InvalidArgument = 1,  ///< the call or the configuration is wrong; the same call will never succeed
  Connection = 2,       ///< the backend can't be reached or was lost
  Timeout = 3,          ///< the backend was too slow, or locked for too long
  Storage = 4,          ///< the backend said no: read-only, full, missing table, …
  CorruptData = 5,      ///< what is stored can't be read, or isn't ours
  Closed = 6,           ///< `close` was called before
};

/// What became of a write.
enum class Outcome {
  NotApplied,  ///< nothing of it is in the database
  Applied,     ///< all of it is in the database
  Unknown,     ///< it may or may not be there: the connection died during commit
};

std::string_view to_string(ErrorCode code) noexcept;
std::string_view to_string(Outcome outcome) noexcept;

/// What became of one row of a write, where that differs from row to row or where one row is at fault.
struct RowOutcome {
  std::string key;
  std::string granularity;
  Instant at;  ///< the bucket
  Outcome outcome = Outcome::NotApplied;
  bool retry_is_safe =
      false;  ///< false: no retry can cure this row (its sum would be infinite, its stored text is broken)
  std::string reason;
};

/// The base of everything that this library throws on purpose. Immutable, cheap to copy.
/// `what()` reads "operation: what happened (backend, native text)" and never holds a secret.
class Error : public std::runtime_error {
 public:
  struct Details {
    std::string operation{};  ///< "track", "values", "setup", …
    std::string backend{};    ///< "sqlite", "process", …; empty where no backend was asked
    int native_code = 0;      ///< the client library's own code, 0 where there is none
    std::string native_text{};
    Outcome outcome = Outcome::NotApplied;
    bool retry_is_safe = false;           ///< the same call may be made again without counting twice
    std::vector<RowOutcome> rows{};       ///< empty, or the rows that `outcome` doesn't tell about
    std::chrono::seconds retry_after{0};  ///< how long the server asks to be left alone; 0 where it doesn't
  };

  ErrorCode code() const noexcept { return code_; }
  const std::string& operation() const noexcept { return details_->operation; }
  const std::string& backend() const noexcept { return details_->backend; }
  int native_code() const noexcept { return details_->native_code; }
  const std::string& native_text() const noexcept { return details_->native_text; }
  Outcome outcome() const noexcept { return details_->outcome; }
  bool retry_is_safe() const noexcept { return details_->retry_is_safe; }
  const std::vector<RowOutcome>& rows() const noexcept { return details_->rows; }
  std::chrono::seconds retry_after() const noexcept { return details_->retry_after; }

 protected:
  Error(ErrorCode code, const std::string& message, Details details);

 private:
  ErrorCode code_;
  std::shared_ptr<const Details> details_;
};

/// One class per code, so that a caller can catch just what it can handle.
template <ErrorCode Code>
class ErrorOf final : public Error {
 public:
  explicit ErrorOf(const std::string& message, Details details = {}) : Error(Code, message, std::move(details)) {}
};

using InvalidArgument = ErrorOf<ErrorCode::InvalidArgument>;
using ConnectionError = ErrorOf<ErrorCode::Connection>;
using TimeoutError = ErrorOf<ErrorCode::Timeout>;
using StorageError = ErrorOf<ErrorCode::Storage>;
using CorruptData = ErrorOf<ErrorCode::CorruptData>;
using ClosedError = ErrorOf<ErrorCode::Closed>;

}  // namespace trifle::stats
