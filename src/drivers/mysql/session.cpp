#include "drivers/mysql/session.hpp"

#include "drivers/mysql/failure.hpp"

namespace trifle::stats::detail::mysql {

bool Session::usable_after(const Error& error) noexcept {
  if (connection_.is_broken() || error.outcome() == Outcome::Unknown) return false;
  if (error.native_code() == 0) return true;  // of ours: a row that can't be, a sink that throws
  const auto found = verdict(static_cast<unsigned>(error.native_code()), Phase::Statement);
  if (found.lost) return false;
  if (!found.again) forget_statements();
  return true;
}

}  // namespace trifle::stats::detail::mysql
