#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <trifle/stats.hpp>

#include "buffer/buffer.hpp"
#include "buffer/gate.hpp"
#include "buffer/merge.hpp"
#include "driver/row_driver.hpp"
#include "stats/fork_watch.hpp"

namespace trifle::stats::detail {

/// What of a Stats changes: its driver, its buffer, its counters. A child after fork leaves all of it alone and makes
/// its own.
class Live {
 public:
  Live(std::unique_ptr<RowDriver> driver, const Options& options, const Traits& traits, Merge::Config merge);

  bool forked() const noexcept { return gate_.has(Gate::Forked); }

  /// Null where writes are not buffered.
  Buffer* buffer() noexcept { return buffer_.get(); }

  /// The driver, held while a call uses it. Throws ClosedError.
  std::shared_ptr<RowDriver> driver() const;

  /// Writes what was merged and keeps count. Returns the number of rows.
  std::size_t write(Merge& merge);

  /// Writes one measurement; `add` puts it into a merge.
  template <class Add>
  void write_one(Add&& add) {
    const std::lock_guard lock(direct_mutex_);
    direct_.clear();
    add(direct_);
    write(direct_);
  }

  /// Calls under way still finish on the driver.
  CloseReport close(std::chrono::nanoseconds deadline);
  bool closed() const;
  void give_up() noexcept;

  Health health() const;

 private:
  void failed(const Error& error, std::size_t operations);
  void let_go();

  Gate gate_;
  const ForkWatch watch_{gate_};
  const std::string backend_;

  mutable std::mutex driver_mutex_;
  std::shared_ptr<RowDriver> driver_;
  bool closed_ = false;

  std::mutex direct_mutex_;  // one direct write at a time, on a merge that is used again
  Merge direct_;

  mutable std::mutex health_mutex_;
  Health health_;

  std::unique_ptr<Buffer> buffer_;
};

}  // namespace trifle::stats::detail
