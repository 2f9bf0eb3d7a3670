#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <trifle/stats/drivers/postgres.hpp>

#include "driver/conflict_retry.hpp"
#include "driver/row_driver.hpp"
#include "driver/sessions.hpp"
#include "drivers/postgres/session.hpp"

namespace trifle::stats::detail::postgres {

/// One session writes, behind a lock; a few others read, each lent to one call at a time. A lent connection is the only
/// one.
class PostgresDriver final : public RowDriver {
 public:
  /// Connects when first used.
  PostgresDriver(Address address, drivers::PostgresOptions options);
  PostgresDriver(pg_conn* lent, drivers::PostgresOptions options);
  ~PostgresDriver() override;

  Maker maker() const override;
  const Traits& traits() const noexcept override { return traits_; }
  const Layout& layout() const noexcept override { return layout_; }
  std::uint64_t retries() const noexcept override { return conflicts_.count(); }

  SetupReport setup(Setup what) override;
  void write(const Rows& rows) override;
  void read(const RowRange& range, RowSink& sink) override;
  void beam(std::string_view key, const StoredStatus& status) override;
  std::optional<StoredStatus> scan(std::string_view key) override;

 private:
  PostgresDriver(Address address, pg_conn* lent, drivers::PostgresOptions options);

  void guard(std::string_view operation) const;
  void refuse_foreign_transaction(std::string_view operation) const;

  template <class Work, class IsConflict>
  void change(std::string_view operation, Work&& work, bool repeatable, IsConflict&& again);
  template <class Work, class MayRepeat>
  void look(Work&& work, MayRepeat&& may_repeat);

  const Address address_;
  pg_conn* const lent_;
  const drivers::PostgresOptions options_;
  const Table table_;
  const Layout layout_;
  const Traits traits_;
  const std::thread::id thread_ = std::this_thread::get_id();
  const ::pid_t process_;

  ConflictRetry conflicts_;
  Sessions<Session> sessions_;
};

}  // namespace trifle::stats::detail::postgres
