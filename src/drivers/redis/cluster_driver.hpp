#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <trifle/stats/drivers/redis.hpp>

#include "driver/row_driver.hpp"
#include "driver/sessions.hpp"
#include "drivers/redis/cluster_nodes.hpp"
#include "drivers/redis/cluster_writer.hpp"
#include "drivers/redis/names.hpp"

namespace trifle::stats::detail::redis {

/// A cluster of servers, each of which holds the names of some slots. One set of connections writes, behind a lock; a
/// few others read.
class ClusterDriver final : public RowDriver {
 public:
  ClusterDriver(drivers::RedisServer server, drivers::RedisOptions options);

  Maker maker() const override;
  const Traits& traits() const noexcept override { return traits_; }
  const Layout& layout() const noexcept override { return layout_; }

  SetupReport setup(Setup what) override;
  void write(const Rows& rows) override;
  void read(const RowRange& range, RowSink& sink) override;
  void beam(std::string_view key, const StoredStatus& status) override;
  std::optional<StoredStatus> scan(std::string_view key) override;

 private:
  using Work = std::function<void(ClusterNodes&)>;

  void guard(std::string_view operation) const;
  void with_writer(const Work& work);
  void with_reader(const Work& work);

  const drivers::RedisServer server_;
  const drivers::RedisOptions options_;
  const Layout layout_;
  const Names names_;
  const Traits traits_;
  const ::pid_t process_;

  Sessions<ClusterNodes> sessions_;
  // Used by the writing session only, under its lock.
  ClusterWriter writer_;
  std::uint64_t attempts_ = 0;
};

}  // namespace trifle::stats::detail::redis
