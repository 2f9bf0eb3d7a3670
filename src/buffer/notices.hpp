#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <vector>

#include <trifle/stats/dropped.hpp>
#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {

/// A failure, kept with its type so that it can be thrown again.
struct Failure {
  std::exception_ptr thrown;
  ErrorCode code = ErrorCode::Storage;
  bool ask_at_once = false;             ///< it may be there, and until that is known, nothing newer can go
  std::chrono::seconds retry_after{0};  ///< the least, since the server asks for it
};

/// What an attempt to write has to tell; whoever made it passes it on once no lock is held.
struct Notices {
  std::vector<Failure> failures;
  std::vector<Dropped> dropped;
};

/// Who is told.
struct Listeners {
  std::function<void(const Error&)> on_error = {};
  std::function<void(const Dropped&)> on_drop = {};

  void tell(const Error& error) const noexcept;
  void tell(const Dropped& dropped) const noexcept;
};

}  // namespace trifle::stats::detail
