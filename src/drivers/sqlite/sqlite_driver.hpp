#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <trifle/stats/drivers/sqlite.hpp>

#include "driver/row_driver.hpp"
#include "driver/sessions.hpp"
#include "drivers/sqlite/session.hpp"

namespace trifle::stats::detail::sqlite {

/// One session writes, behind a lock; a few others read, each lent to one call at a time. A lent connection and
/// ":memory:" have the writing one only.
class SqliteDriver final : public RowDriver {
 public:
  /// Opens an existing file; one that is yet to be created waits for the first write or setup.
  SqliteDriver(const std::string& path, drivers::SqliteOptions options);
  SqliteDriver(sqlite3* lent, drivers::SqliteOptions options);
  ~SqliteDriver() override;

  Maker maker() const override;
  const Traits& traits() const noexcept override { return traits_; }
  const Layout& layout() const noexcept override { return layout_; }

  SetupReport setup(Setup what) override;
  void write(const Rows& rows) override;
  void read(const RowRange& range, RowSink& sink) override;
  void beam(std::string_view key, const StoredStatus& status) override;
  std::optional<StoredStatus> scan(std::string_view key) override;

 private:
  using Work = std::function<void(Session&)>;

  SqliteDriver(std::string path, sqlite3* lent, drivers::SqliteOptions options);

  void guard(std::string_view operation) const;
  void refuse_foreign_transaction(std::string_view operation);
  bool file_missing() const;
  std::unique_ptr<Session> open(Use use) const;

  void with_writer(const std::string& table, std::string_view operation, const Work& work);
  void with_reader(const std::string& table, std::string_view operation, const Work& work);

  const std::string path_;  // absolute; empty where lent
  sqlite3* const lent_;
  const drivers::SqliteOptions options_;
  const Table table_;
  const Layout layout_;
  const Traits traits_;
  const bool one_session_;
  const std::thread::id thread_ = std::this_thread::get_id();
  const ::pid_t process_;

  Sessions<Session> sessions_;
};

}  // namespace trifle::stats::detail::sqlite
