#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <trifle/stats/drivers/mongo.hpp>

#include "driver/conflict_retry.hpp"
#include "driver/row_driver.hpp"
#include "driver/sessions.hpp"
#include "drivers/mongo/options.hpp"
#include "drivers/mongo/row_writer.hpp"
#include "drivers/mongo/session.hpp"
#include "drivers/mongo/transaction_writer.hpp"
#include "drivers/mongo/url.hpp"

namespace trifle::stats::detail::mongo {

/// One connection writes, behind a lock; a few others read. Whether batches are written in transactions shows when it
/// has connected.
class MongoDriver final : public RowDriver {
 public:
  MongoDriver(std::string url, drivers::MongoOptions options);
  ~MongoDriver() override;

  Maker maker() const override;
  /// Before it has connected: what holds in any deployment.
  const Traits& traits() const noexcept override { return in_transactions_ ? batch_traits_ : row_traits_; }
  std::uint64_t retries() const noexcept override { return conflicts_.count(); }
  const Layout& layout() const noexcept override { return layout_; }

  SetupReport setup(Setup what) override;
  void write(const Rows& rows) override;
  void read(const RowRange& range, RowSink& sink) override;
  void beam(std::string_view key, const StoredStatus& status) override;
  std::optional<StoredStatus> scan(std::string_view key) override;

 private:
  using Work = std::function<void(Session&)>;

  void guard(std::string_view operation) const;
  Connection& writing(Session& session, std::string_view operation);
  void write_with(Session& session, const Rows& rows);
  void require_index(Session& session);
  void with_session(Use use, const Work& work, const bool& has_effect);

  const std::string url_text_;
  const drivers::MongoOptions options_;
  const Url url_;
  const Collections collections_;
  const Layout layout_;
  const Traits row_traits_;
  const Traits batch_traits_;
  const ::pid_t process_;

  const TransactionWriter transaction_writer_;
  const RowWriter row_writer_;
  Sessions<Session> sessions_;
  ConflictRetry conflicts_;
  std::atomic<bool> in_transactions_{false};
};

}  // namespace trifle::stats::detail::mongo
