#include "buffer/buffer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace trifle::stats::detail {
namespace {

Buffer::Config completed(Buffer::Config config) {
  config.merge.fold = config.options.aggregate;
  // Several merges keep names between flushes: a small buffer can't afford much of that.
  config.merge.kept_name_bytes = std::min(config.merge.kept_name_bytes, config.options.max_bytes / 64);
  config.merge.epochs = std::make_shared<Epochs>();
  return config;
}

}  // namespace

Buffer::Buffer(Config config, std::shared_ptr<RowDriver> driver, Gate& gate)
    : config_(completed(std::move(config))),
      in_callers_thread_(!config_.options.async || !config_.traits.background),
      gate_(gate),
      intake_({.merge = config_.merge, .options = config_.options, .now = config_.timing.now}, gate),
      outgoing_({.outbox = {.merge = config_.merge,
                            .traits = config_.traits,
                            .on_unknown = config_.options.on_unknown,
                            .batch_slots = config_.batch_slots},
                 .options = config_.options,
                 .now = config_.timing.now},
                std::move(driver), intake_, gate),
      scratch_(config_.merge),
      flusher_({.options = config_.options,
                .backend = config_.traits.backend,
                .in_callers_thread = in_callers_thread_,
                .timing = config_.timing},
               {config_.on_error, config_.on_drop}, outgoing_, gate) {}

template <class Add, class Drop>
inline bool Buffer::add_through(Shard& shard, Add&& add_to_merge, Drop&& drop) {
  std::optional<Time> deadline;
  for (;;) {
    if (gate_.has(Gate::Forked)) return false;
    const auto added = intake_.add(shard, add_to_merge);
    if (added != Intake::Added::No) {
      was_added(added);
      return true;
    }
    if (!flusher_.wait_for_room(deadline)) {
      drop();
      return true;
    }
  }
}

template <class Values>
bool Buffer::add_slowly(Change change, std::string_view key, Instant at, const Values& values, bool untracked) {
  return add_to(intake_.local_shard(), change, key, at, values, untracked);
}

template <class Values>
bool Buffer::add_to(Shard& shard, Change change, std::string_view key, Instant at, const Values& values,
                    bool untracked) {
  return add_through(
      shard, [&](Merge& merge) { merge.add(change, key, at, values, untracked); },
      [&] { drop_newcomer([&] { scratch_.add(change, key, at, values, untracked); }, at); });
}

template bool Buffer::add_slowly(Change, std::string_view, Instant, const Payload&, bool);
template bool Buffer::add_slowly(Change, std::string_view, Instant, const std::span<const Entry>&, bool);
template bool Buffer::add_to(Shard&, Change, std::string_view, Instant, const Payload&, bool);
template bool Buffer::add_to(Shard&, Change, std::string_view, Instant, const std::span<const Entry>&, bool);

bool Buffer::add_recorded_slowly(std::size_t recorder, std::string_view key, const Payload& shape, Instant at,
                                 std::span<const Number> numbers) {
  return add_through(
      intake_.local_shard(),
      [&](Merge& merge) {
        if (merge.add_recorded(recorder, at.unix_seconds(), numbers)) return;
        merge.add(Change::Increment, key, at, shape.items(), numbers, false);
        merge.remember_recorder(recorder);
      },
      [&] { drop_newcomer([&] { scratch_.add(Change::Increment, key, at, shape.items(), numbers, false); }, at); });
}

template <class Add>
void Buffer::drop_newcomer(Add&& add_to_scratch, Instant at) {
  std::vector<DroppedRow> rows;
  {
    const std::lock_guard lock(scratch_mutex_);
    scratch_.clear();
    add_to_scratch();  // refuses what isn't valid
    rows = scratch_.contents(1);
    rows.front().at = at;
  }
  flusher_.drop_newcomer(std::move(rows));
}

void Buffer::was_added(Intake::Added how) { flusher_.was_added(how == Intake::Added::Wake); }

CloseReport Buffer::close(std::chrono::nanoseconds deadline, Writer::Patience patience) {
  intake_.close();
  return flusher_.close(deadline, patience);
}

}  // namespace trifle::stats::detail
