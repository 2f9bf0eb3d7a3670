#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include <trifle/stats.hpp>

#include "buffer/merge.hpp"
#include "driver/backend.hpp"
#include "stats/given_driver.hpp"
#include "stats/live.hpp"

namespace trifle {

/// What the calls of a Stats share. A batch or a recorder keeps it alive, so that one which outlives its Stats meets
/// ClosedError and nothing worse.
class Stats::Impl {
 public:
  Impl(stats::detail::GivenDriver driver, stats::Options options);
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  /// What changes; of this process, not of its parent. Throws ConnectionError in a child after fork whose driver can't
  /// be made again.
  stats::detail::Live& live() {
    stats::detail::Live* const present = live_.load(std::memory_order_acquire);
    return present->forked() ? renewed(present) : *present;
  }

  std::shared_ptr<stats::detail::Backend> driver() { return live().driver(); }

  stats::detail::Merge::Config merge_config() const;
  stats::detail::Draft draft() const { return {merge_config(), drafts_}; }

  template <class Values>
  [[gnu::always_inline]] void track(stats::detail::Change change, std::string_view key, stats::Instant at,
                                    const Values& values, stats::TrackOptions said) {
    for (;;) {
      auto& present = live();
      stats::detail::Buffer* const buffer = present.buffer();
      if (buffer == nullptr) break;
      if (buffer->add(change, key, at, values, said.untracked)) [[likely]]
        return;
    }
    track_directly(change, key, at, stats::detail::kept_apart(values), said);
  }
  /// What nearly every call of a recorder is; false where it is more.
  [[gnu::always_inline]] bool track_recorded_again(std::size_t recorder, stats::Instant at,
                                                   std::span<const stats::Number> numbers) {
    stats::detail::Buffer* const buffer = live().buffer();
    return buffer != nullptr && buffer->add_recorded_again(recorder, at, numbers);
  }
  [[gnu::noinline]] void track_recorded(std::size_t recorder, std::string_view key, const stats::Payload& names,
                                        stats::Instant at, std::span<const stats::Number> numbers) {
    for (;;) {
      auto& present = live();
      stats::detail::Buffer* const buffer = present.buffer();
      if (buffer == nullptr) break;
      if (buffer->add_recorded(recorder, key, names, at, numbers)) [[likely]]
        return;
    }
    record_directly(key, names, at, numbers);
  }
  std::size_t new_recorder() noexcept { return recorders_.fetch_add(1, std::memory_order_relaxed); }

  stats::CloseReport close(std::chrono::nanoseconds deadline) { return live().close(deadline); }

  /// As ~Stats promises.
  void end() noexcept;

  const stats::Options options;
  const std::vector<stats::Granularity> granularities;
  const stats::Bucketing bucketing;
  const stats::Traits traits;

 private:
  template <class Values>
  void track_directly(stats::detail::Change change, std::string_view key, stats::Instant at, const Values& values,
                      stats::TrackOptions track);
  void record_directly(std::string_view key, const stats::Payload& names, stats::Instant at,
                       std::span<const stats::Number> numbers);
  stats::detail::Live& renewed(stats::detail::Live* inherited);

  const stats::detail::Layout layout_;
  const stats::detail::Draft::For drafts_;
  const stats::detail::GivenDriver::Maker maker_;
  std::atomic<std::size_t> recorders_{0};
  std::atomic<stats::detail::Live*> live_{nullptr};
};

}  // namespace trifle
