#include "stats/stats_impl.hpp"

#include "stats/options.hpp"

namespace trifle {

using namespace stats;

namespace {

const detail::RowDriver& given(const std::unique_ptr<detail::RowDriver>& driver) {
  if (!driver) throw InvalidArgument("the driver was moved from; make one for each Stats");
  return *driver;
}

}  // namespace

Stats::Impl::Impl(std::unique_ptr<detail::RowDriver> driver, Options given_options)
    : options(std::move(given_options)),
      granularities(detail::check_options(options)),
      bucketing(options.time_zone, options.week_start),
      traits(given(driver).traits()),
      layout_(driver->layout()),
      driver_(std::move(driver)),
      direct_(merge_config()) {}

std::shared_ptr<detail::RowDriver> Stats::Impl::driver() const {
  const std::lock_guard lock(driver_mutex_);
  if (!driver_) throw ClosedError("this Stats is closed", {.backend = traits.backend});
  return driver_;
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

std::size_t Stats::Impl::write(detail::Merge& merge) {
  const auto held = driver();
  try {
    const detail::Rows rows = merge.rows();
    held->write(rows);
    const std::lock_guard lock(health_mutex_);
    health_.written_operations += merge.operations();
    health_.written_rows += rows.rows().size();
    ++health_.written_batches;
    return rows.rows().size();
  } catch (const Error& error) {
    failed(error, merge.operations());
    throw;
  }
}

template <class Values>
void Stats::Impl::write_one(detail::Change change, std::string_view key, Instant at, const Values& values,
                            TrackOptions track) {
  const std::lock_guard lock(direct_mutex_);
  direct_.clear();
  direct_.add(change, key, at, values, track.untracked);
  write(direct_);
}

template void Stats::Impl::write_one(detail::Change, std::string_view, Instant, const Payload&, TrackOptions);
template void Stats::Impl::write_one(detail::Change, std::string_view, Instant, const std::span<const Entry>&,
                                     TrackOptions);

void Stats::Impl::close() {
  const std::lock_guard lock(driver_mutex_);
  driver_.reset();
}

Health Stats::Impl::health() const {
  const std::lock_guard lock(health_mutex_);
  return health_;
}

void Stats::Impl::failed(const Error& error, std::size_t operations) {
  const std::lock_guard lock(health_mutex_);
  health_.failed_operations += operations;
  health_.last_error = error.what();
  health_.last_error_at = Instant::now();
}

}  // namespace trifle
