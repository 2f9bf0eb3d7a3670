#include "drivers/sqlite/session.hpp"

#include <sqlite3.h>

namespace trifle::stats::detail::sqlite {

bool Session::usable_after(const Error& error) noexcept {
  switch (error.native_code() & 0xff) {
    case SQLITE_OK:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return true;
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_CONSTRAINT:
      forget_statements();
      return true;
    default:
      if (only_) forget_statements();
      return only_;
  }
}

}  // namespace trifle::stats::detail::sqlite
