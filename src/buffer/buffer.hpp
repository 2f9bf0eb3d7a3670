#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>

#include <trifle/stats/health.hpp>
#include <trifle/stats/options.hpp>

#include "buffer/flusher.hpp"
#include "buffer/gate.hpp"
#include "buffer/intake.hpp"
#include "buffer/merge.hpp"
#include "buffer/outgoing_rows.hpp"
#include "buffer/writer.hpp"
#include "driver/row_driver.hpp"

namespace trifle::stats::detail {

/// Gathers what is tracked and writes it later: an intake for everybody, rows on their way, and who has them written.
class Buffer {
 public:
  using Time = Flusher::Time;

  struct Config {
    Merge::Config merge;
    BufferOptions options;
    Traits traits;
    std::function<void(const Error&)> on_error = {};
    std::function<void(const Dropped&)> on_drop = {};
    std::size_t batch_slots = 8192;
    Flusher::Timing timing = {};
  };

  Buffer(Config config, std::shared_ptr<RowDriver> driver, Gate& gate);
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// Throws as Stats::track. In a child after fork nothing here may be touched any more: whoever calls looks at the
  /// gate before. False where it is seen only here.
  template <class Values>
  [[nodiscard, gnu::always_inline]] bool add(Change change, std::string_view key, Instant at, const Values& values,
                                             bool untracked) {
    const auto added = intake_.add_predicted(change, key, at, values, untracked);
    if (added == Intake::Added::No) [[unlikely]]
      return add_slowly(change, key, at, kept_apart(values), untracked);
    if (in_callers_thread_ || added == Intake::Added::Wake) [[unlikely]]
      was_added(added);
    return true;
  }

  /// Numbers for the paths of `shape` in their order; `recorder` is a small number that no other recorder has.
  [[nodiscard]] bool add_recorded(std::size_t recorder, std::string_view key, const Payload& shape, Instant at,
                                  std::span<const Number> numbers) {
    return add_recorded_again(recorder, at, numbers) || add_recorded_slowly(recorder, key, shape, at, numbers);
  }
  /// The same where the recorder's numbers went to the same place before; otherwise does nothing.
  [[nodiscard, gnu::always_inline]] bool add_recorded_again(std::size_t recorder, Instant at,
                                                            std::span<const Number> numbers) {
    const auto added = intake_.add_recorded(recorder, at, numbers);
    if (added == Intake::Added::No) [[unlikely]]
      return false;
    if (in_callers_thread_ || added == Intake::Added::Wake) [[unlikely]]
      was_added(added);
    return true;
  }

  /// For tests that play several threads: a shard beside the calling thread's, and `add` to it.
  std::shared_ptr<Shard> new_shard() { return intake_.new_shard(); }
  template <class Values>
  bool add_to(Shard& shard, Change change, std::string_view key, Instant at, const Values& values, bool untracked);

  /// As Flusher's.
  std::optional<Time> tick() { return flusher_.tick(); }
  void flush(std::chrono::nanoseconds deadline) { flusher_.flush(deadline); }
  void give_up() noexcept { flusher_.give_up(); }
  void add_to(Health& health) const { flusher_.add_to(health); }

  /// No more is accepted; writes until the deadline. May be called again.
  CloseReport close(std::chrono::nanoseconds deadline, Writer::Patience patience = Writer::Patience::Deadline);

 private:
  template <class Values>
  [[gnu::noinline]] bool add_slowly(Change change, std::string_view key, Instant at, const Values& values,
                                    bool untracked);
  [[gnu::noinline]] bool add_recorded_slowly(std::size_t recorder, std::string_view key, const Payload& shape,
                                             Instant at, std::span<const Number> numbers);
  template <class Add, class Drop>
  bool add_through(Shard& shard, Add&& add_to_merge, Drop&& drop);
  template <class Add>
  void drop_newcomer(Add&& add_to_scratch, Instant at);
  void was_added(Intake::Added how);

  const Config config_;
  const bool in_callers_thread_;
  Gate& gate_;
  Intake intake_;
  OutgoingRows outgoing_;

  std::mutex scratch_mutex_;
  Merge scratch_;

  Flusher flusher_;  // last: its thread uses all of the above
};

}  // namespace trifle::stats::detail
