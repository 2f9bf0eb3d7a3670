#pragma once

#include <memory>
#include <mutex>

#include <trifle/stats.hpp>

#include "buffer/merge.hpp"
#include "driver/row_driver.hpp"

namespace trifle {

/// What the calls of a Stats share. A batch keeps it alive, so that one which outlives its Stats meets ClosedError and
/// nothing worse.
class Stats::Impl {
 public:
  Impl(std::unique_ptr<stats::detail::RowDriver> driver, stats::Options options);

  /// The driver, held while a call uses it. Throws ClosedError.
  std::shared_ptr<stats::detail::RowDriver> driver() const;

  stats::detail::Merge::Config merge_config() const;

  /// Writes what was merged and keeps count. Returns the number of rows.
  std::size_t write(stats::detail::Merge& merge);

  template <class Values>
  void write_one(stats::detail::Change change, std::string_view key, stats::Instant at, const Values& values,
                 stats::TrackOptions track);

  /// Lets go of the driver; calls under way still finish on it.
  void close();

  stats::Health health() const;

  const stats::Options options;
  const std::vector<stats::Granularity> granularities;
  const stats::Bucketing bucketing;
  const stats::Traits traits;

 private:
  void failed(const stats::Error& error, std::size_t operations);

  const stats::detail::Layout layout_;

  mutable std::mutex driver_mutex_;
  std::shared_ptr<stats::detail::RowDriver> driver_;

  std::mutex direct_mutex_;  // one direct write at a time, on a merge that is used again
  stats::detail::Merge direct_;

  mutable std::mutex health_mutex_;
  stats::Health health_;
};

}  // namespace trifle
