#pragma once

namespace trifle::stats::detail::sqlite {

/// While a thread is in SQLite it may hold locks of SQLite's own, which a child forked just then would wait for in
/// vain. So a fork waits until every call of this library has left SQLite, and calls that come meanwhile wait for it.
/// What the application itself does with SQLite is not seen.
class InSqlite {
 public:
  InSqlite();
  InSqlite(const InSqlite&) = delete;
  InSqlite& operator=(const InSqlite&) = delete;
  ~InSqlite();
};

}  // namespace trifle::stats::detail::sqlite
