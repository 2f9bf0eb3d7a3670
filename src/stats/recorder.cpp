#include <trifle/stats/recorder.hpp>

#include <algorithm>
#include <string>
#include <utility>

#include "stats/stats_impl.hpp"

namespace trifle::stats {

class Recorder::Impl {
 public:
  Impl(std::shared_ptr<Stats::Impl> of, std::string_view tracked, Payload shape)
      : stats(std::move(of)), id(stats->new_recorder()), size(shape.size()), key(tracked), names(std::move(shape)) {}

  [[noreturn, gnu::noinline]] void refuse(std::size_t given) const {
    throw InvalidArgument("the recorder of \"" + key + "\" has " + std::to_string(size) + " paths and was given " +
                          std::to_string(given) + " numbers");
  }

  // What each call looks at comes first.
  const std::shared_ptr<Stats::Impl> stats;
  const std::size_t id;
  const std::size_t size;
  const std::string key;
  const Payload names;  // its numbers mean nothing
};

Recorder::Recorder(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

void Recorder::track(Instant at, std::span<const Number> numbers) {
  const Impl& known = *impl_;
  if (numbers.size() != known.size) [[unlikely]]
    known.refuse(numbers.size());
  if (known.stats->track_recorded_again(known.id, at, numbers)) [[likely]]
    return;
  known.stats->track_recorded(known.id, known.key, known.names, at, numbers);
}

}  // namespace trifle::stats

namespace trifle {

stats::Recorder Stats::recorder(std::string_view key, std::span<const std::string_view> paths) {
  stats::Payload names;
  for (const auto path : paths) {
    names.add(path, 0);
    const auto& added = names.items().back().path;
    const auto same = [&](const stats::Payload::Item& item) { return item.path == added; };
    if (std::count_if(names.items().begin(), names.items().end(), same) > 1)
      throw stats::InvalidArgument("the recorder of \"" + std::string(key) + "\" names \"" + std::string(path) +
                                   "\" twice");
  }
  // Whatever track would refuse is refused here.
  stats::detail::Merge trial(impl_->merge_config());
  trial.add(stats::detail::Change::Increment, key, stats::Instant::now(), names, false);
  return stats::Recorder(std::make_shared<stats::Recorder::Impl>(impl_, key, std::move(names)));
}

}  // namespace trifle
