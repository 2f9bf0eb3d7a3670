#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {

/// Details of an Error of ours that the store had no part in.
inline Error::Details details_of(std::string_view backend, std::string_view operation, bool retry_is_safe) {
  Error::Details told;
  told.operation = operation;
  told.backend = backend;
  told.retry_is_safe = retry_is_safe;
  return told;
}

/// Throws the class of Error that a driver's verdict names; what is none of a store's is a StorageError.
[[noreturn]] inline void raise_as(ErrorCode code, const std::string& message, Error::Details details) {
  switch (code) {
    case ErrorCode::Timeout:
      throw TimeoutError(message, std::move(details));
    case ErrorCode::Connection:
      throw ConnectionError(message, std::move(details));
    case ErrorCode::CorruptData:
      throw CorruptData(message, std::move(details));
    default:
      throw StorageError(message, std::move(details));
  }
}

}  // namespace trifle::stats::detail
