#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include <trifle/stats.hpp>

#include "buffer/buffer.hpp"
#include "buffer/gate.hpp"
#include "driver/backend.hpp"
#include "stats/draft.hpp"
#include "stats/fork_watch.hpp"

namespace trifle::stats::detail {

/// What of a Stats changes: its driver, what waits for it, its counters. A child after fork leaves all of it alone and
/// makes its own. How what is tracked reaches the driver is what RowLive and MeasurementLive tell.
class Live {
 public:
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;
  virtual ~Live() = default;

  bool forked() const noexcept { return gate_.has(Gate::Forked); }

  /// Null where writes are not merged in a buffer.
  Buffer* buffer() noexcept { return buffer_.get(); }
  const Buffer* buffer() const noexcept { return buffer_.get(); }

  /// The driver, held while a call uses it. Throws ClosedError.
  std::shared_ptr<Backend> driver() const;

  /// Writes what was gathered, in the caller's thread, and keeps count. Returns the number of rows, as far as they are
  /// ours. Where it fails, the draft holds what may be written again.
  std::size_t write(Draft& draft);

  /// One measurement that doesn't go to `buffer`; `add` puts it into a draft.
  template <class Add>
  void take(Add&& add) {
    std::unique_lock lock(direct_mutex_);
    direct_.clear();
    add(direct_);
    take_one(direct_, lock);
  }

  /// See Stats::flush.
  void flush(std::chrono::nanoseconds deadline);

  /// Calls under way still finish on the driver.
  CloseReport close(std::chrono::nanoseconds deadline, Writer::Patience patience = Writer::Patience::Deadline);
  bool closed() const;
  void give_up() noexcept;

  Health health() const;

 protected:
  Live(std::shared_ptr<Backend> driver, Draft direct);

  Gate& gate() noexcept { return gate_; }
  void use(std::unique_ptr<Buffer> buffer) { buffer_ = std::move(buffer); }

  /// How much of a draft was written.
  struct Wrote {
    std::size_t operations = 0;
    std::size_t rows = 0;
    std::size_t batches = 0;
  };

 private:
  /// While the driver is held. `wrote` is true of what was written before an Error, too.
  virtual void write_draft(Draft& draft, Wrote& wrote) = 0;
  /// `lock` guards the draft, and nothing else that may take long.
  virtual void take_one(Draft& one, std::unique_lock<std::mutex>& lock) = 0;
  virtual void flush_waiting(std::chrono::nanoseconds deadline) = 0;
  virtual CloseReport close_waiting(std::chrono::nanoseconds deadline, Writer::Patience patience) = 0;
  virtual void give_up_waiting() noexcept = 0;
  virtual void add_waiting_to(Health& health) const = 0;

  void let_go();

  Gate gate_;
  const ForkWatch watch_{gate_};
  const std::string backend_;

  mutable std::mutex driver_mutex_;
  std::shared_ptr<Backend> driver_;
  bool closed_ = false;
  std::uint64_t ended_retries_ = 0;  // of the driver that was let go

  std::mutex direct_mutex_;  // one direct measurement at a time, in a draft that is used again
  Draft direct_;

  mutable std::mutex health_mutex_;
  Health health_;

  std::unique_ptr<Buffer> buffer_;
};

}  // namespace trifle::stats::detail
