#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <trifle/stats/health.hpp>
#include <trifle/stats/options.hpp>

#include "buffer/gate.hpp"
#include "buffer/intake.hpp"
#include "buffer/outbox.hpp"
#include "buffer/outbox_record.hpp"
#include "buffer/outgoing.hpp"
#include "driver/row_driver.hpp"

namespace trifle::stats::detail {

/// Rows on their way: drained from the intake into the outbox, and written by a driver batch after batch.
class OutgoingRows final : public Outgoing {
 public:
  struct Config {
    Outbox::Config outbox;
    BufferOptions options;
    std::function<Time()> now;
  };

  OutgoingRows(Config config, std::shared_ptr<RowDriver> driver, Intake& intake, const Gate& gate);

  std::optional<Time> due_at(Time next_attempt) const override;
  std::uint64_t unwritten() const override;
  Outbox::Counts counts() const override { return record_.counts(); }
  void add_to(Health& health) const override;

  bool full() const override { return gate_.has(Gate::Full); }
  std::string told_full() const override;
  void wait_for_room(Time until) override { intake_.wait_for_room(until); }

  void collect() override;
  bool collected_is_written() const override { return outbox_.empty(); }
  bool write_next(Time now, Notices& notices) override;
  void give_up(Notices& notices) override;
  void release() override { driver_.reset(); }

 private:
  bool enough(std::size_t pending) const;
  void account(std::size_t drained_entries = 0, std::size_t drained_bytes = 0);

  const Config config_;
  Intake& intake_;
  const Gate& gate_;

  std::atomic<bool> queued_{false};  // the outbox holds something
  OutboxRecord record_;

  // Of whoever has the turn:
  std::shared_ptr<RowDriver> driver_;
  Outbox outbox_;
  std::size_t outbox_entries_ = 0;
  std::size_t outbox_bytes_ = 0;
};

}  // namespace trifle::stats::detail
