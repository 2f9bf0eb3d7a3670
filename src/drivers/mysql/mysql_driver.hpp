#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>

#include <trifle/stats/drivers/mysql.hpp>

#include "driver/conflict_retry.hpp"
#include "driver/row_driver.hpp"
#include "driver/sessions.hpp"
#include "drivers/mysql/session.hpp"

namespace trifle::stats::detail::mysql {

/// One driver for MySQL and MariaDB: which of them it is shows when it is connected.
class MysqlDriver final : public RowDriver {
 public:
  /// Connects when it is first used.
  MysqlDriver(drivers::MysqlServer server, drivers::MysqlOptions options);
  MysqlDriver(st_mysql* lent, drivers::MysqlOptions options);
  ~MysqlDriver() override;

  Maker maker() const override;
  const Traits& traits() const noexcept override { return traits_; }
  std::uint64_t retries() const noexcept override { return conflicts_.count(); }
  const Layout& layout() const noexcept override { return layout_; }

  SetupReport setup(Setup what) override;
  void write(const Rows& rows) override;
  void read(const RowRange& range, RowSink& sink) override;
  void beam(std::string_view key, const StoredStatus& status) override;
  std::optional<StoredStatus> scan(std::string_view key) override;

 private:
  using Work = std::function<void(Session&)>;

  MysqlDriver(drivers::MysqlServer server, st_mysql* lent, drivers::MysqlOptions options);

  void guard(std::string_view operation) const;
  void refuse_foreign_transaction(Session& session, std::string_view operation) const;
  std::unique_ptr<Session> open(Use use) const;

  void with_writer(const std::string& table, std::string_view operation, const Work& work);
  void with_reader(const std::string& table, std::string_view operation, const Work& work, const bool& has_effect);
  void with_session(Use use, const std::string& table, std::string_view operation, const Work& work,
                    const bool& has_effect);

  const drivers::MysqlServer server_;
  st_mysql* const lent_;
  const drivers::MysqlOptions options_;
  const Table table_;
  const Layout layout_;
  const Traits traits_;
  const std::thread::id thread_ = std::this_thread::get_id();
  const ::pid_t process_;

  ConflictRetry conflicts_;
  Sessions<Session> sessions_;
};

}  // namespace trifle::stats::detail::mysql
