#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <trifle/stats/drivers/redis.hpp>

#include "driver/conflict_retry.hpp"
#include "driver/row_driver.hpp"
#include "driver/sessions.hpp"
#include "drivers/redis/names.hpp"
#include "drivers/redis/script_writer.hpp"
#include "drivers/redis/session.hpp"
#include "drivers/redis/watch_writer.hpp"

namespace trifle::stats::detail::redis {

/// One connection writes, behind a lock; a few others read.
class RedisDriver final : public RowDriver {
 public:
  RedisDriver(drivers::RedisServer server, drivers::RedisOptions options);

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
  using Work = std::function<void(Session&)>;

  void guard(std::string_view operation) const;
  void with_writer(const Work& work);
  void with_reader(const Work& work);
  void apply(Session& session, BatchPlan& plan);
  void wait_for_replicas(Session& session);

  const drivers::RedisServer server_;
  const drivers::RedisOptions options_;
  const Layout layout_;
  const Names names_;
  const Traits traits_;
  const ::pid_t process_;

  Sessions<Session> sessions_;
  ConflictRetry conflicts_;
  // Used by the writing session only, under its lock.
  ScriptWriter script_writer_;
  WatchWriter watch_writer_;
  std::uint64_t attempts_ = 0;
};

}  // namespace trifle::stats::detail::redis
