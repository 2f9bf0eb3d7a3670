#pragma once

#include <sqlite3.h>

namespace trifle::stats::test {

/// Stands between SQLite and its files, and lets one call of a kind fail. Installed as the default for the process; not
/// for several threads.
class FaultyVfs {
 public:
  enum class Call { Write, Sync, Truncate, Delete };

  static FaultyVfs& instance();

  /// The next `passes` calls of the kind go through, the one after it fails with `native`.
  void arm(Call call, int passes, int native);
  void disarm() { native_ = SQLITE_OK; }
  bool fired() const { return fired_; }

  /// For the file methods: SQLITE_OK, or what the call must fail with.
  int failure(Call call);
  sqlite3_vfs* real() const { return real_; }

 private:
  FaultyVfs();

  sqlite3_vfs* real_;
  sqlite3_vfs own_{};
  Call call_ = Call::Write;
  int passes_ = 0;
  int native_ = SQLITE_OK;
  bool fired_ = false;
};

}  // namespace trifle::stats::test
