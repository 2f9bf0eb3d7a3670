#include "stats/stats_impl.hpp"

#include <algorithm>
#include <utility>

#include "stats/options.hpp"

namespace trifle {

using namespace stats;

namespace {

constexpr std::chrono::seconds kLastDeadline(5);

}  // namespace

Stats::Impl::Impl(detail::GivenDriver driver, Options given_options)
    : options(std::move(given_options)),
      granularities(detail::check_options(options)),
      bucketing(options.time_zone, options.week_start),
      traits(driver.traits()),
      layout_(driver.layout()),
      drafts_(driver.drafts()),
      maker_(driver.maker()),
      live_(std::move(driver).live(options, merge_config()).release()) {}

Stats::Impl::~Impl() {
  detail::Live* const last = live_.load(std::memory_order_acquire);
  if (!last->forked()) delete last;  // an inherited one is left as it is, see ForkWatch
}

detail::Live& Stats::Impl::renewed(detail::Live* inherited) {
  if (!maker_) {
    throw ConnectionError("the connection is the parent's, from before fork; make a new Stats in the child",
                          {.backend = traits.backend});
  }
  auto fresh = maker_().live(options, merge_config());
  if (live_.compare_exchange_strong(inherited, fresh.get(), std::memory_order_acq_rel)) return *fresh.release();
  return *inherited;
}

detail::Merge::Config Stats::Impl::merge_config() const {
  std::size_t longest = 0;
  for (const auto& granularity : granularities) longest = std::max(longest, granularity.to_string().size());
  return {.bucketing = bucketing,
          .granularities = granularities,
          .layout = layout_,
          .max_key_length = layout_.max_key_length(traits.max_key_length, longest),
          .system_tracking = options.system_tracking};
}

template <class Values>
void Stats::Impl::track_directly(detail::Change change, std::string_view key, Instant at, const Values& values,
                                 TrackOptions track) {
  live().take([&](detail::Draft& one) { one.add(change, key, at, values, track.untracked); });
}

template void Stats::Impl::track_directly(detail::Change, std::string_view, Instant, const Payload&, TrackOptions);
template void Stats::Impl::track_directly(detail::Change, std::string_view, Instant, const std::span<const Entry>&,
                                          TrackOptions);

void Stats::Impl::record_directly(std::string_view key, const Payload& names, Instant at,
                                  std::span<const Number> numbers) {
  live().take([&](detail::Draft& one) { one.add(detail::Change::Increment, key, at, names.items(), numbers, false); });
}

void Stats::Impl::end() noexcept {
  detail::Live* const last = live_.load(std::memory_order_acquire);
  if (last->forked()) return;
  try {
    // Who closed has waited as long as wanted.
    if (!last->closed() && last->close(kLastDeadline, detail::Writer::Patience::WhereItMayHelp).kept == 0) return;
  } catch (...) {  // out of memory
  }
  last->give_up();
}

}  // namespace trifle
